/** When a schedule goes off, on a clock that may be set. */
import type { Timestamp } from "@gateway-engine/core/clock";
import type { ZoneOffset } from "./local-time.ts";
import { nextTime } from "./next-time.ts";
import type { Schedule } from "./schedule.ts";

export interface Alarm {
  /** undefined: never. */
  readonly dueAt: Timestamp | undefined;
  readonly seenAt: Timestamp;
}

export function setAlarm(schedule: Schedule, now: Timestamp, zone: ZoneOffset): Alarm {
  return { dueAt: nextTime(schedule, now, zone), seenAt: now };
}

/**
 * Looks at the clock. Times that were jumped over count once; when the clock was put back, what comes next is found anew.
 */
export function lookAt(
  alarm: Alarm,
  schedule: Schedule,
  now: Timestamp,
  zone: ZoneOffset,
): { readonly alarm: Alarm; readonly isDue: boolean } {
  if (alarm.dueAt !== undefined && now >= alarm.dueAt) {
    const from = schedule.kind === "every" ? lastBeat(alarm.dueAt, schedule.ms, now) : now;
    return { alarm: { dueAt: nextTime(schedule, from, zone), seenAt: now }, isDue: true };
  }
  const wentBack = now < alarm.seenAt;
  return { alarm: wentBack ? setAlarm(schedule, now, zone) : { ...alarm, seenAt: now }, isDue: false };
}

/** Intervals count from the time that was due, so that they do not drift. */
function lastBeat(dueAt: Timestamp, ms: number, now: Timestamp): Timestamp {
  return dueAt + Math.floor((now - dueAt) / ms) * ms;
}
