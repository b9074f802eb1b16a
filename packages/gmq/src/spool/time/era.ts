/** Times of a clock that was not set, and what makes them right. */
import { clockOffset, type Truth } from "./moment.ts";

/** A time in which the clock was not set. All times are in microseconds. */
export interface Era {
  readonly id: number;
  readonly boot: string;
  /** What its clock showed when the boot began. */
  readonly clockOffset: number;
  /** The last time that was known before, since 1970; undefined: there was none. */
  readonly knownAt: number | undefined;
}

export interface OpenEra extends Era {
  /** The first and last time of its clock that a message has. */
  readonly firstAt: number;
  readonly lastAt: number;
}

export interface Correction {
  readonly era: number;
  /** To be added to times of its clock. */
  readonly correction: number;
  /** The boot was over before the time was known, or it is not known at all. */
  readonly estimated: boolean;
}

/**
 * Makes times right, now that the time is known.
 *
 * In the boot of `truth` the time between then and now is known, so the correction is exact. An earlier boot has ended before
 * this one began, and began after the time that was known before it: its messages are put into the middle of what is between,
 * in their order and with the time between them as it was.
 *
 * Where the time of `truth` is a guess, the present boot begins behind the earlier ones.
 *
 * @param eras in their order
 */
export function correct(eras: readonly OpenEra[], truth: Truth): readonly Correction[] {
  const until = clockOffset(truth);
  let end = Number.NEGATIVE_INFINITY;
  return eras.map((era) => {
    if (era.boot === truth.boot) {
      const start = truth.isGuess ? Math.max(until, end) : until;
      return { era: era.id, correction: start - era.clockOffset, estimated: truth.isGuess };
    }
    const start = middle({ from: Math.max(end, era.knownAt ?? end), until, length: era.lastAt - era.firstAt });
    end = start + era.lastAt - era.firstAt;
    return { era: era.id, correction: start - era.firstAt, estimated: true };
  });
}

/** Where something begins that is somewhere between two times; at the end when only that one is known. */
function middle({ from, until, length }: { from: number; until: number; length: number }): number {
  if (from === Number.NEGATIVE_INFINITY) return until - length;
  return from + Math.max(0, Math.floor((until - length - from) / 2));
}
