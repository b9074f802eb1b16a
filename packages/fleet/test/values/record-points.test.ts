import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { groupByAlias, newestOfEach, parsePointTime, timePoints } from "../../src/values/record-points.ts";

const NOW = 1_700_000_000_500_000;
const value = new Uint8Array();

describe("the time of a recorded point", () => {
  test.each([
    ["0", 0],
    ["1408088308", 1_408_088_308_000_000],
    ["1408088308.25", 1_408_088_308_250_000],
    ["1408088308.1234567", 1_408_088_308_123_456],
    ["1408088308.000001", 1_408_088_308_000_001],
    ["-0", NOW],
    ["-1.5", NOW - 1_500_000],
  ])("%s is %i microseconds after 1970", (text, micros) => {
    expect(parsePointTime(text, NOW)).toBe(micros);
  });

  test.each(["", "now", "1e9", "1.", "-99999999999", "999999999999"])("%j is none that can be stored", (text) => {
    expect(parsePointTime(text, NOW)).toBeUndefined();
  });

  test("is exact to the microsecond", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 9_000_000_000 }),
        fc.integer({ min: 0, max: 999_999 }),
        (seconds, micros) => {
          const text = `${seconds}.${String(micros).padStart(6, "0")}`;
          expect(parsePointTime(text, NOW)).toBe(seconds * 1_000_000 + micros);
        },
      ),
    );
  });
});

test("a request with one impossible time has none of its points", () => {
  const points = [
    { alias: "a", timestamp: "1", value },
    { alias: "a", timestamp: "999999999999", value },
  ];
  expect(timePoints(points, NOW)).toMatchObject({ ok: false, problem: expect.stringContaining("999999999999") });
});

test("the newest point of each alias is found, wherever it stands", () => {
  const points = [
    { alias: "a", at: 2, value },
    { alias: "b", at: 5, value },
    { alias: "a", at: 9, value },
    { alias: "a", at: 3, value },
  ];
  expect(newestOfEach(points).map(({ alias, at }) => `${alias}${at}`)).toEqual(["a9", "b5"]);
});

test("conflicting points are named by alias, as the device wrote their times", () => {
  const points = [
    { alias: "a", at: 1, timestamp: "1.50", value },
    { alias: "b", at: 1, timestamp: "-3", value },
    { alias: "a", at: 1, timestamp: "2", value },
  ];
  expect([...groupByAlias(points)]).toEqual([
    ["a", ["1.50", "2"]],
    ["b", ["-3"]],
  ]);
});
