/**
 * The queue's own time: it goes on by itself, so that a message's time to live is the time that has passed, whatever the clock
 * is set to. All times are in microseconds.
 */
import { isSet, type Moment } from "./moment.ts";

/** What the queue's time was at a moment. */
export interface SavedTime extends Moment {
  readonly at: number;
}

/** A machine that says that it was off for longer has a clock that is wrong. */
export const LONGEST_PAUSE_US: number = 366 * 86_400 * 1_000_000;

/** The queue's time when a program starts. A new queue begins with the time of the wall clock. */
export function resume(saved: SavedTime | undefined, now: Moment): number {
  return saved === undefined ? now.wall : saved.at + passed(saved, now);
}

/**
 * The time between two moments: in one boot it is known. Over a restart of the machine the wall clock says it, if it was set
 * both times; otherwise it is at least as long as the machine is up.
 */
function passed(before: Moment, now: Moment): number {
  if (before.boot === now.boot) return Math.max(0, now.sinceBoot - before.sinceBoot);
  const difference = now.wall - before.wall;
  const credible = isSet(before) && isSet(now) && difference <= LONGEST_PAUSE_US;
  return credible ? Math.max(now.sinceBoot, difference) : now.sinceBoot;
}
