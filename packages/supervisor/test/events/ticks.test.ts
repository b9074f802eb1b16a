import type { Clock } from "@gateway-engine/core/clock";
import { expect, test } from "vitest";
import { EventBus } from "../../src/events/event-bus.ts";
import { eventsOf, nameOf, type SubscriptionName } from "../../src/events/event-names.ts";
import { Ticks } from "../../src/events/ticks.ts";

/** A wall clock that goes on when it is told to, with one timer at most. */
class SteppedClock implements Clock {
  #now: number;
  #timer: { readonly at: number; readonly fire: () => void } | undefined;

  constructor(now: number) {
    this.#now = now;
  }

  now = (): number => this.#now;
  monotonic = (): number => this.#now;
  sleep = (): Promise<void> => Promise.reject(new Error("nobody sleeps here"));

  after = (ms: number, fire: () => void): { cancel: () => void } => {
    if (this.#timer !== undefined) throw new Error("a timer is set already");
    const timer = { at: this.#now + ms, fire };
    this.#timer = timer;
    const cancel = () => {
      if (this.#timer === timer) this.#timer = undefined;
    };
    return { cancel };
  };

  get isIdle(): boolean {
    return this.#timer === undefined;
  }

  /** Lets time pass; @returns how often it had to wake up for it */
  pass(ms: number): number {
    const end = this.#now + ms;
    let wakeUps = 0;
    for (let next = this.#timer; next !== undefined && next.at <= end; next = this.#timer) {
      this.#now = Math.max(this.#now, next.at);
      this.#timer = undefined;
      wakeUps += 1;
      next.fire();
    }
    this.#now = end;
    return wakeUps;
  }

  /** Somebody sets the clock: what waits goes on waiting as long as before. */
  set(now: number): void {
    if (this.#timer !== undefined) this.#timer = { ...this.#timer, at: this.#timer.at - this.#now + now };
    this.#now = now;
  }
}

function ticking(now: number) {
  const clock = new SteppedClock(now);
  const events = new EventBus();
  const ticks = new Ticks({ clock, events });
  ticks.start();
  const heard: string[] = [];
  const subscribe = (...names: SubscriptionName[]) =>
    events.subscribe(eventsOf(names), (event) => {
      if (event.kind === "tick") heard.push(`${nameOf(event)} ${event.when}`);
    });
  return { clock, ticks, heard, subscribe };
}

test("nobody is woken up while nobody listens to ticks", () => {
  const { clock, subscribe } = ticking(1_000);
  expect(clock.isIdle).toBe(true);
  const unsubscribe = subscribe("PROCESS_STATE", "REMOTE_COMMUNICATION");
  expect(clock.isIdle).toBe(true);
  unsubscribe();
  const endTicks = subscribe("TICK_5");
  expect(clock.isIdle).toBe(false);
  endTicks();
  expect(clock.isIdle).toBe(true);
});

test("a tick comes at each full period of the clock, the first one at its next begin", () => {
  const { clock, heard, subscribe } = ticking(1_003_200);
  subscribe("TICK_5");
  clock.pass(1_799);
  expect(heard).toEqual([]);
  clock.pass(1);
  clock.pass(5_000);
  expect(heard).toEqual(["TICK_5 1005", "TICK_5 1010"]);
});

test("ticks of all periods come in order, with one wake-up", () => {
  const { clock, heard, subscribe } = ticking(3_599_000);
  subscribe("TICK");
  expect(clock.pass(1_000)).toBe(1);
  expect(heard).toEqual(["TICK_5 3600", "TICK_60 3600", "TICK_3600 3600"]);
});

test("a clock that jumps gives one tick, and one that is set is noticed within a minute", () => {
  const { clock, heard, subscribe } = ticking(1_000);
  subscribe("TICK_3600");
  clock.set(7_300_000);
  expect(clock.pass(60_000)).toBe(1);
  expect(heard).toEqual(["TICK_3600 7200"]);
});

test("a timer that fires early is no second tick", () => {
  const { clock, heard, subscribe } = ticking(4_000);
  subscribe("TICK_5");
  clock.set(3_999);
  clock.pass(2_000);
  expect(heard).toEqual(["TICK_5 5"]);
});

test("nothing ticks after the end", () => {
  const { clock, ticks, heard, subscribe } = ticking(1_000);
  subscribe("TICK_5");
  ticks.stop();
  expect(clock.isIdle).toBe(true);
  clock.pass(20_000);
  expect(heard).toEqual([]);
});
