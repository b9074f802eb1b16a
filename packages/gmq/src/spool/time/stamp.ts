/** The time of a message, in microseconds since 1970. */

/** A clock that is set back by less is waited for: times go on by a microsecond each until it has caught up. */
const SQUEEZED_US = 60_000_000;

/**
 * No two messages of a device have the same time, and times ascend, unless the clock is set back by more than a minute: then
 * the new time counts.
 *
 * @param lastAt the last time that was used
 */
export function stamp(now: number, lastAt: number): number {
  if (now > lastAt || lastAt - now >= SQUEEZED_US) return now;
  return lastAt + 1;
}
