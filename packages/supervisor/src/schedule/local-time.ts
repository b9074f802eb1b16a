/** Local time and the moments it stands for, where clocks are put forward and back. */
import type { Timestamp } from "@gateway-engine/core/clock";

/** How far local time is ahead of UTC at a moment, in milliseconds. */
export type ZoneOffset = (at: Timestamp) => number;

/** The zone of this process. */
export const systemZone: ZoneOffset = (at) => -new Date(at).getTimezoneOffset() * 60_000;

/** Whether clocks are changed within a day of this local time. @param local as if it were UTC */
export function hasTransition(local: number, zone: ZoneOffset): boolean {
  return zone(local - DAY_MS) !== zone(local + 2 * DAY_MS) || zone(local) !== zone(local + DAY_MS);
}

/**
 * @param local as if it were UTC
 * @returns the moment; both, where it comes twice; that of the change, where it is left out
 */
export function instantsOf(local: number, zone: ZoneOffset): readonly Timestamp[] {
  const before = zone(local - DAY_MS);
  const after = zone(local + DAY_MS);
  const candidates = [...new Set([local - before, local - after])];
  const instants = candidates.filter((instant) => instant + zone(instant) === local).sort((one, other) => one - other);
  return instants.length > 0 ? instants : [changeBetween(Math.min(...candidates), Math.max(...candidates), zone)];
}

/** The first moment of the offset that holds at `late`. */
function changeBetween(early: Timestamp, late: Timestamp, zone: ZoneOffset): Timestamp {
  const goal = zone(late);
  let [old, fresh] = [early, late];
  while (fresh - old > 1) {
    const middle = Math.floor((old + fresh) / 2);
    if (zone(middle) === goal) fresh = middle;
    else old = middle;
  }
  return fresh;
}

const DAY_MS = 86_400_000;
