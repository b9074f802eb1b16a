import fc from "fast-check";
import { expect, test } from "vitest";
import { countHour, type HourlyCounts, hourReadings } from "../../src/alerts/hourly-counts.ts";

const MINUTE = 60_000;

/** @param totals of one program, a minute apart; undefined: it is not there */
function after(totals: readonly (number | undefined)[]): readonly number[] {
  let counts: HourlyCounts = new Map();
  for (const [minute, total] of totals.entries()) {
    counts = countHour(counts, new Map(total === undefined ? [] : [["camera", total]]), minute * MINUTE);
  }
  return hourReadings(counts).map(({ value }) => value);
}

test.each([
  ["what a counter holds when it is first seen is old", [7], [0]],
  ["what comes on is counted", [7, 8, 8, 11], [4]],
  ["a counter that begins anew counts from nothing", [7, 9, 1, 2], [4]],
  ["a program that is gone is forgotten", [7, 9, undefined], []],
  ["and is new when it is back", [7, 9, undefined, 12], [0]],
  ["what is an hour old counts no more", [0, 3, ...Array<number>(60).fill(4)], [1]],
] as const)("%s", (_, totals, expected) => {
  expect(after(totals)).toEqual(expected);
});

test("within an hour it is what the counter has grown by", () => {
  const steps = fc.array(fc.nat(9), { minLength: 1, maxLength: 55 });
  fc.assert(
    fc.property(steps, (more) => {
      let total = 100;
      const totals = more.map((step) => {
        total += step;
        return total;
      });
      expect(after([100, ...totals])).toEqual([total - 100]);
    }),
  );
});
