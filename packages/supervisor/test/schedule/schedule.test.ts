import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { lookAt, setAlarm } from "../../src/schedule/alarm.ts";
import type { ZoneOffset } from "../../src/schedule/local-time.ts";
import { nextTime } from "../../src/schedule/next-time.ts";
import { parseSchedule } from "../../src/schedule/parse-schedule.ts";
import type { Schedule } from "../../src/schedule/schedule.ts";

const HOUR = 3_600_000;
const utc: ZoneOffset = () => 0;
/** Clocks go forward on 29 March 2026 from 2:00 to 3:00, and back on 25 October from 3:00 to 2:00. */
const berlin: ZoneOffset = (at) =>
  at >= Date.parse("2026-03-29T01:00Z") && at < Date.parse("2026-10-25T01:00Z") ? 2 * HOUR : HOUR;

function schedule(text: string): Schedule {
  const parsed = parseSchedule(text);
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.value;
}

/** The next times, in UTC without what they have in common. */
function times(text: string, after: string, count: number, zone: ZoneOffset): string {
  const found: string[] = [];
  for (let at: number | undefined = Date.parse(after); found.length < count; ) {
    at = nextTime(schedule(text), at, zone);
    if (at === undefined) break;
    found.push(new Date(at).toISOString().slice(5, 16));
  }
  return found.join(" ");
}

describe("a schedule in UTC", () => {
  test.each([
    ["*/20 * * * *", "2026-01-01T00:00Z", "01-01T00:20 01-01T00:40 01-01T01:00"],
    ["0 9-17/4 * * mon-fri", "2026-01-02T10:00Z", "01-02T13:00 01-02T17:00 01-05T09:00"],
    ["30 6 1,15 jan,jul *", "2026-01-15T06:30Z", "07-01T06:30 07-15T06:30 01-01T06:30"],
    ["0 0 13 * fri", "2026-02-01T00:00Z", "02-06T00:00 02-13T00:00 02-20T00:00"],
    ["0 0 29 2 *", "2026-01-01T00:00Z", "02-29T00:00 02-29T00:00 02-29T00:00"],
    ["0 12 * * 7", "2026-01-01T00:00Z", "01-04T12:00 01-11T12:00 01-18T12:00"],
    ["@daily", "2026-12-31T00:00Z", "01-01T00:00 01-02T00:00 01-03T00:00"],
    ["@every 1h30m", "2026-01-01T00:00Z", "01-01T01:30 01-01T03:00 01-01T04:30"],
  ])("%s after %s", (text, after, expected) => {
    expect(times(text, after, 3, utc)).toBe(expected);
  });
});

describe("where clocks are changed", () => {
  test.each([
    {
      what: "a time that is left out is due at the change",
      text: "30 2 * * *",
      after: "2026-03-28T12:00Z",
      is: "03-29T01:00 03-30T00:30",
    },
    { what: "an open hour goes on", text: "0 * * * *", after: "2026-03-29T00:00Z", is: "03-29T01:00 03-29T02:00" },
    {
      what: "a time that comes twice is due once",
      text: "30 2 * * *",
      after: "2026-10-24T12:00Z",
      is: "10-25T00:30 10-26T01:30",
    },
    {
      what: "an open hour counts twice",
      text: "30 * * * *",
      after: "2026-10-25T00:00Z",
      is: "10-25T00:30 10-25T01:30",
    },
    { what: "local time counts", text: "0 6 * * *", after: "2026-07-01T00:00Z", is: "07-01T04:00 07-02T04:00" },
  ])("$what: $text", ({ text, after, is }) => {
    expect(times(text, after, 2, berlin)).toBe(is);
  });
});

test.each([
  ["* * * *", /five fields/],
  ["60 * * * *", /'60' is no minute: 0 to 59/],
  ["* * * foo *", /'foo' is no month/],
  ["*/0 * * * *", /is no minute/],
  ["5-1 * * * *", /is no minute/],
  ["0 0 31 2 *", /no such date/],
  ["@every soon", /@every 30s/],
  ["@every 0s", /@every 30s/],
])("%s is refused", (text, problem) => {
  const parsed = parseSchedule(text);
  expect(parsed.ok ? "accepted" : parsed.problem).toMatch(problem);
});

test("the next time is later, matches the fields, and nothing between does", () => {
  const minutes = fc.subarray([0, 5, 17, 30, 59], { minLength: 1 });
  const hours = fc.subarray([0, 2, 3, 12, 23], { minLength: 1 });
  const moments = fc.integer({ min: Date.parse("2026-01-01"), max: Date.parse("2026-12-31") });
  fc.assert(
    fc.property(minutes, hours, moments, fc.constantFrom(utc, berlin), (minute, hour, after, zone) => {
      const plan = schedule(`${minute.join(",")} ${hour.join(",")} * * *`);
      const next = nextTime(plan, after, zone) ?? 0;
      expect(next).toBeGreaterThan(after);
      expect(next - after).toBeLessThanOrEqual(26 * HOUR);
      for (let at = after + 60_000 - (after % 60_000); at < next; at += 60_000) {
        const local = new Date(at + zone(at));
        const matches = minute.includes(local.getUTCMinutes()) && hour.includes(local.getUTCHours());
        if (matches) expect(at + zone(at), "due, if it does not come again").toBe(at - HOUR + zone(at - HOUR));
      }
    }),
  );
});

describe("an alarm", () => {
  const plan = schedule("0 * * * *");
  const at = (time: string) => Date.parse(`2026-01-01T${time}Z`);
  const alarm = setAlarm(plan, at("10:30"), utc);

  test("goes off once after a clock that jumped forward", () => {
    const { isDue, alarm: after } = lookAt(alarm, plan, at("15:20"), utc);
    expect(isDue).toBe(true);
    expect(after.dueAt).toBe(at("16:00"));
  });

  test("is set anew after a clock that jumped back", () => {
    const { isDue, alarm: after } = lookAt(alarm, plan, at("08:10"), utc);
    expect(isDue).toBe(false);
    expect(after.dueAt).toBe(at("09:00"));
  });

  test("keeps the pace of an interval", () => {
    const every = schedule("@every 10s");
    const set = setAlarm(every, 1000, utc);
    expect(lookAt(set, every, 11_300, utc).alarm.dueAt).toBe(21_000);
  });
});
