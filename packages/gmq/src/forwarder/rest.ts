import type { Clock, MonotonicMs } from "@gateway-engine/core/clock";
import type { Outcome } from "./outcome.ts";
import type { Sent } from "./sender.ts";
import type { Taken } from "./taken.ts";

/** The time for which a server has asked not to be bothered about a device: it goes for all lanes, however urgent. */
export class Rest {
  readonly #clock: Clock;
  #until: MonotonicMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  note(outcome: Outcome): void {
    if (outcome.kind !== "unavailable" || outcome.retryAfterMs === 0) return;
    this.#until = Math.max(this.#until, this.#clock.monotonic() + outcome.retryAfterMs);
  }

  /** In place of an answer, while it lasts. */
  refusal(taken: Taken): Sent | undefined {
    const retryAfterMs = this.#until - this.#clock.monotonic();
    if (retryAfterMs <= 0) return undefined;
    return { outcome: { kind: "unavailable", reason: "the server has asked for a pause", retryAfterMs }, taken };
  }
}
