import type { FetchProgress } from "@gateway-engine/protocol/local-control";
import { expect, test } from "vitest";
import { FetchMeter } from "../../src/install/fetch-meter.ts";

/** @param updates moment, bytes that are here, bytes in all */
function reportsOf(updates: readonly (readonly [at: number, received: number, total: number])[]) {
  const reports: (FetchProgress & { readonly at: number })[] = [];
  let now = 0;
  const meter = new FetchMeter({ monotonic: () => now }, (progress) => reports.push({ at: now, ...progress }));
  for (const [at, received, total] of updates) {
    now = at;
    meter.update(received, total);
  }
  return reports;
}

test("reports come twice a second at most, and always at the end", () => {
  const updates = Array.from({ length: 201 }, (_, index) => [index * 10, index * 5, 1000] as const);
  expect(reportsOf(updates).map(({ at }) => at)).toEqual([0, 500, 1000, 1500, 2000]);
});

test("the rest is estimated from the speed, and what was here before counts for nothing", () => {
  const reports = reportsOf([
    [0, 500_000, 1_000_000],
    [1000, 510_000, 1_000_000],
    [2000, 520_000, 1_000_000],
  ]);
  expect(reports.map(({ secondsLeft }) => secondsLeft)).toEqual([null, 49, 48]);
});

test("a line that becomes slower is believed after some seconds", () => {
  const fast = Array.from({ length: 10 }, (_, second) => [second * 1000, second * 10_000, 1_000_000] as const);
  const slow = Array.from(
    { length: 20 },
    (_, second) => [(second + 10) * 1000, 90_000 + second * 1000, 1_000_000] as const,
  );
  const left = reportsOf([...fast, ...slow]).map(({ secondsLeft }) => secondsLeft ?? 0);
  expect(left[9]).toBe(91);
  expect(left.at(-1)).toBeGreaterThan(700);
});

test("a download that begins again does not confuse it", () => {
  const reports = reportsOf([
    [0, 0, 1000],
    [1000, 500, 1000],
    [2000, 100, 1000],
    [3000, 600, 1000],
  ]);
  expect(reports.map(({ secondsLeft }) => secondsLeft)).toEqual([null, 1, 2, 1]);
});
