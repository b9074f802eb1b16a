import { expect, test } from "vitest";
import { DayChange, endOfDay } from "../../src/logs/day-change.ts";

const local = (day: number, hour: number, minute = 0) => new Date(2026, 10, day, hour, minute).getTime();

test.each([
  ["the first minute", local(23, 0), local(24, 0)],
  ["the last minute", local(23, 23, 59), local(24, 0)],
  ["the last day of a month", local(30, 12), new Date(2026, 11, 1).getTime()],
])("a day ends with local midnight: %s", (_what, at, end) => {
  expect(endOfDay(at)).toBe(end);
});

test("a day has passed from midnight on, until the next one is begun", () => {
  let now = local(23, 22);
  const days = new DayChange(() => now);
  expect(days.hasPassed()).toBe(false);
  days.begin(local(22, 12));
  expect(days.hasPassed()).toBe(true);
  days.begin();
  expect(days.hasPassed()).toBe(false);
  now = local(24, 0);
  expect(days.hasPassed()).toBe(true);
});
