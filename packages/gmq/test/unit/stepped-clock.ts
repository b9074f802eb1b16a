import { setImmediate as turn } from "node:timers/promises";
import type { Clock, Timer } from "@gateway-engine/core/clock";

/** A clock that stands still until it is told to go on; its timers fire in their order. */
export class SteppedClock implements Clock {
  #now = 1_800_000_000_000;
  readonly #timers = new Set<{ readonly at: number; readonly fire: () => void }>();

  now(): number {
    return this.#now;
  }

  monotonic(): number {
    return this.#now;
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.after(ms, resolve));
  }

  after(ms: number, fire: () => void): Timer {
    const timer = { at: this.#now + ms, fire };
    this.#timers.add(timer);
    return { cancel: () => void this.#timers.delete(timer) };
  }

  /** Resolves when all that follows from the time that has passed is done. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    for (;;) {
      await turn();
      const [first] = [...this.#timers].filter(({ at }) => at <= end).sort((one, other) => one.at - other.at);
      if (first === undefined) break;
      this.#timers.delete(first);
      this.#now = Math.max(this.#now, first.at);
      first.fire();
    }
    this.#now = end;
  }
}
