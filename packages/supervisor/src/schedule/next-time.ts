/**
 * When a schedule is due next.
 *
 * Fields of cron mean local time. Where clocks go forward, a time that is left out is due at the moment they do. Where
 * they go back, a time that comes twice is due the first time only, unless the schedule leaves the hour open.
 */
import type { Timestamp } from "@gateway-engine/core/clock";
import { hasTransition, instantsOf, type ZoneOffset } from "./local-time.ts";
import type { CronSchedule, Schedule } from "./schedule.ts";

/**
 * @param zone of the local time
 * @returns the first time that is due after `after`; undefined when none comes in a lifetime
 */
export function nextTime(schedule: Schedule, after: Timestamp, zone: ZoneOffset): Timestamp | undefined {
  return schedule.kind === "every" ? after + schedule.ms : nextCronTime(schedule, after, zone);
}

function nextCronTime(schedule: CronSchedule, after: Timestamp, zone: ZoneOffset): Timestamp | undefined {
  const today = Math.floor((after + zone(after)) / DAY_MS);
  // From the day before: clocks that go back at midnight bring its last hour again.
  for (let day = today - 1; day <= today + LONGEST_WAIT_DAYS; day += 1) {
    if (!isDue(schedule, day * DAY_MS)) continue;
    const due = timesOfDay(schedule, day, zone).find((time) => time > after);
    if (due !== undefined) return due;
  }
  return undefined;
}

/** @param midnight local, as if it were UTC */
function isDue({ months, daysOfMonth, daysOfWeek, days }: CronSchedule, midnight: number): boolean {
  const date = new Date(midnight);
  if (!months.includes(date.getUTCMonth() + 1)) return false;
  const ofMonth = daysOfMonth.includes(date.getUTCDate());
  const ofWeek = daysOfWeek.includes(date.getUTCDay());
  return days === "either" ? ofMonth || ofWeek : ofMonth && ofWeek;
}

/** Ascending. */
function timesOfDay({ hours, minutes, everyHour }: CronSchedule, day: number, zone: ZoneOffset): readonly Timestamp[] {
  const isPlain = !hasTransition(day * DAY_MS, zone);
  const offset = zone(day * DAY_MS);
  const times = hours.flatMap((hour) =>
    minutes.flatMap((minute) => {
      const local = day * DAY_MS + hour * HOUR_MS + minute * MINUTE_MS;
      if (isPlain) return [local - offset];
      const instants = instantsOf(local, zone);
      return everyHour ? instants : instants.slice(0, 1);
    }),
  );
  return isPlain ? times : times.sort((one, other) => one - other);
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** From one 29 February to the next there are up to eight years. */
const LONGEST_WAIT_DAYS = 8 * 366 + 1;
