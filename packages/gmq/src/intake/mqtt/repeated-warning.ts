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

  /**
   * @param kind warnings of one kind are counted together
   * @param text may hold what a client sent; it stays one line
   */
  warn(kind: string, text: string): void {
    const now = this.#clock.monotonic();
    const before = this.#kinds.get(kind);
    if (before !== undefined && now - before.at < PERIOD_MS) {
      before.swallowed += 1;
      return;
    }
    const more =
      before === undefined || before.swallowed === 0 ? "" : ` (and ${before.swallowed} more since the last one)`;
    this.#forgetOldKinds();
    this.#kinds.delete(kind);
    this.#kinds.set(kind, { at: now, swallowed: 0 });
    this.#log.warn(`${text.replace(/\p{Cc}/gu, "?")}${more}`);
  }

  /** Kinds that clients make up, such as topics, are no reason to grow. */
  #forgetOldKinds(): void {
    const [oldest] = this.#kinds.size >= MAX_KINDS ? this.#kinds.keys() : [];
    if (oldest !== undefined) this.#kinds.delete(oldest);
  }
}

const PERIOD_MS = 60_000;
const MAX_KINDS = 100;
