import type { Clock, MonotonicMs } from "@gateway-engine/core/clock";
import type { Logger } from "@gateway-engine/core/logger";

/** A warning that may come with every message: the first at once, then one a minute with the number of those between. */
export class RepeatedWarning {
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #kinds = new Map<string, { at: MonotonicMs; swallowed: number }>();

  constructor(clock: Clock, log: Logger) {
    this.#clock = clock;
    this.#log = log;
  }

  /** @param kind warnings of one kind are counted together */
  warn(kind: string, text: string): void {
    const now = this.#clock.monotonic();
    const before = this.#kinds.get(kind);
    if (before !== undefined && now - before.at < PERIOD_MS) {
      before.swallowed += 1;
      return;
    }
    const more =
      before === undefined || before.swallowed === 0 ? "" : ` (and ${before.swallowed} more since the last one)`;
    this.#kinds.set(kind, { at: now, swallowed: 0 });
    this.#log.warn(`${text}${more}`);
  }
}

const PERIOD_MS = 60_000;
