import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fleetPhase, jittered, startDelayMs } from "../../src/policy/jitter.ts";

const fixed = (fraction: number) => ({ fraction: () => fraction });

describe("where a gateway stands in its fleet", () => {
  test("is the same at every start", () => {
    expect(fleetPhase("00:2F:AC:43:55:A0")).toBe(fleetPhase("00:2F:AC:43:55:A0"));
  });

  test("serials one after the other are spread evenly", () => {
    const tenths = new Array<number>(10).fill(0);
    for (let serial = 0; serial < 10_000; serial += 1) {
      const tenth = Math.floor(fleetPhase(`00:2F:AC:43:${serial}`) * 10);
      tenths[tenth] = (tenths[tenth] ?? 0) + 1;
    }
    for (const count of tenths) expect(count).toBeGreaterThan(850);
  });
});

describe("an interval with jitter", () => {
  test.each([
    ["no jitter", 0, 0.7, 0.7, 1000],
    ["early in phase and chance", 0.1, 0, 0, 1000],
    ["phase takes half of it", 0.1, 1, 0, 950],
    ["chance takes the other half", 0.1, 0, 1, 950],
    ["both", 0.1, 1, 1, 900],
  ])("%s", (_what, share, phase, chance, ms) => {
    expect(jittered(1000, { share, phase, random: fixed(chance) })).toBeCloseTo(ms);
  });

  test("is never longer than the interval and never shorter than jitter allows", () => {
    const fraction = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(
        fc.double({ min: 1, max: 1e9, noNaN: true }),
        fraction,
        fraction,
        fraction,
        (ms, share, phase, chance) => {
          const found = jittered(ms, { share, phase, random: fixed(chance) });
          expect(found).toBeLessThanOrEqual(ms);
          expect(found).toBeGreaterThanOrEqual(ms * (1 - share) - 1e-3);
        },
      ),
    );
  });
});

describe("the first check-in after power has come back", () => {
  test.each([
    ["without jitter it does not wait", 14_400_000, 0, 0],
    ["it waits a minute at most", 14_400_000, 0.1, 60_000],
    ["and no longer than jitter takes off the interval", 10_000, 0.1, 1000],
  ])("%s", (_what, interval, share, ms) => {
    expect(startDelayMs(interval, { share, phase: 1, random: fixed(1) })).toBeCloseTo(ms);
  });
});
