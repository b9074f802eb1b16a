/**
 * The events `TICK_5`, `TICK_60` and `TICK_3600`: one at each full period of the wall clock.
 *
 * A timer is set only while somebody subscribes to one of them, so a daemon that nobody listens to is not woken up.
 */
import type { Clock, Timer } from "@gateway-engine/core/clock";
import type { EventBus } from "./event-bus.ts";
import type { TickPeriod } from "./events.ts";

export interface TicksDeps {
  readonly clock: Clock;
  readonly events: EventBus;
}

export class Ticks {
  readonly #deps: TicksDeps;
  /** The begin of the period that each tick was last sent for, or was first waited for in; seconds since 1970. */
  readonly #current = new Map<TickPeriod, number>();
  #timer: Timer | undefined;

  constructor(deps: TicksDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.#deps.events.onInterest(() => this.#adjust());
    this.#adjust();
  }

  stop(): void {
    this.#deps.events.onInterest(() => {});
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  /** Begins to wait for what is wanted now, and ends to wait for the rest. */
  #adjust(): void {
    const now = this.#deps.clock.now();
    for (const period of PERIODS) {
      if (!this.#deps.events.isWanted(`TICK_${period}`)) this.#current.delete(period);
      else if (!this.#current.has(period)) this.#current.set(period, beginOf(period, now));
    }
    this.#wait();
  }

  #wait(): void {
    this.#timer?.cancel();
    const periods = [...this.#current.keys()];
    if (periods.length === 0) return;
    const periodMs = Math.min(...periods) * 1000;
    const untilNext = periodMs - (this.#deps.clock.now() % periodMs);
    this.#timer = this.#deps.clock.after(Math.min(untilNext, LONGEST_WAIT_MS), () => this.#look());
  }

  #look(): void {
    const now = this.#deps.clock.now();
    for (const periodSeconds of PERIODS) {
      const when = beginOf(periodSeconds, now);
      const last = this.#current.get(periodSeconds);
      if (last === undefined || last === when) continue;
      this.#current.set(periodSeconds, when);
      this.#deps.events.publish({ kind: "tick", periodSeconds, when });
    }
    this.#wait();
  }
}

function beginOf(period: TickPeriod, nowMs: number): number {
  return Math.floor(nowMs / (period * 1000)) * period;
}

const PERIODS: readonly TickPeriod[] = [5, 60, 3600];

/** A clock that was set is noticed after this long. */
const LONGEST_WAIT_MS = 60_000;
