import { describe, expect, test } from "vitest";
import { median, percentile } from "../src/statistics.ts";

const UP_TO_100 = Array.from({ length: 100 }, (_, index) => index + 1);

describe("the figure that stands for many", () => {
  test.each([
    { values: [7], percent: 99, found: 7 },
    { values: [3, 1, 2], percent: 50, found: 2 },
    { values: [4, 1, 3, 2], percent: 50, found: 2 },
    { values: UP_TO_100, percent: 99, found: 99 },
    { values: UP_TO_100, percent: 100, found: 100 },
    { values: UP_TO_100, percent: 0, found: 1 },
  ])("$percent % of the values do not exceed $found", ({ values, percent, found }) => {
    expect(percentile(values, percent)).toBe(found);
  });

  test("the median is in the middle, whatever the order", () => {
    expect(median([900, 1, 5])).toBe(5);
  });

  test("nothing has no median", () => {
    expect(() => median([])).toThrow(RangeError);
  });
});
