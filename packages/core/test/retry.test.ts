import fc from "fast-check";
import { expect, test } from "vitest";
import { retryDelayMs } from "../src/retry.ts";

const schedule = { firstMs: 1000, maxMs: 60_000 };
const random = (fraction: number) => ({ fraction: () => fraction, bytes: (count: number) => new Uint8Array(count) });

test.each([
  [1, 500, 1000],
  [2, 1000, 2000],
  [3, 2000, 4000],
  [7, 30_000, 60_000],
  [1000, 30_000, 60_000],
  [0, 500, 1000],
])("after %i failures it waits from %i to %i ms", (attempt, least, most) => {
  expect(retryDelayMs(schedule, attempt, random(0))).toBe(least);
  expect(retryDelayMs(schedule, attempt, random(0.999_999))).toBe(most);
});

test("it never waits less than the server asked for", () => {
  expect(retryDelayMs(schedule, 1, random(0), 90_000)).toBe(90_000);
  expect(retryDelayMs(schedule, 7, random(0), 100)).toBe(30_000);
});

test("every wait lies between half of the first and the longest", () => {
  fc.assert(
    fc.property(fc.nat(), fc.double({ min: 0, max: 0.999, noNaN: true }), (attempt, fraction) => {
      const delay = retryDelayMs(schedule, attempt, random(fraction));
      expect(delay).toBeGreaterThanOrEqual(500);
      expect(delay).toBeLessThanOrEqual(60_000);
    }),
  );
});
