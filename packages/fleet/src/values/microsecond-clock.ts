import type { Clock } from "@gateway-engine/core/clock";
import type { Micros } from "./value.ts";

/** Stamps writes: each stamp is later than the one before, also within a millisecond and after the clock was set back. */
export class MicrosecondClock {
  readonly #clock: Pick<Clock, "now">;
  #last: Micros = 0;

  constructor(clock: Pick<Clock, "now">) {
    this.#clock = clock;
  }

  now(): Micros {
    this.#last = Math.max(Math.trunc(this.#clock.now() * 1000), this.#last + 1);
    return this.#last;
  }
}
