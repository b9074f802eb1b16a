/** Follows the clock: whether it is set, and when somebody sets it. */
import type { Transition } from "@gateway-engine/core/state-machine";
import type { Era } from "./era.ts";
import { clockOffset, isSet, type Moment } from "./moment.ts";

export interface ClockState {
  /** The moment before; undefined: there was none. */
  readonly last: Moment | undefined;
  /** Undefined: the clock is set. */
  readonly era: Era | undefined;
  /** The last time that was known, in microseconds since 1970. */
  readonly knownAt: number | undefined;
  /** The number that the next era gets. */
  readonly nextEra: number;
}

export type ClockEffect =
  /** The clock is right now: times of earlier eras can be corrected. */
  | { readonly kind: "known"; readonly truth: Moment }
  /** By so many microseconds, forward or (negative) back. */
  | { readonly kind: "stepped"; readonly by: number };

/** A clock that is disciplined in small steps stays within it; one that is set does not. */
const TOLERANCE_US = 1_000_000;

export function watch(state: ClockState, now: Moment): Transition<ClockState, ClockEffect> {
  const stepped = state.last === undefined ? 0 : clockOffset(now) - clockOffset(state.last);
  const step: readonly ClockEffect[] = Math.abs(stepped) > TOLERANCE_US ? [{ kind: "stepped", by: stepped }] : [];
  if (isSet(now)) {
    const known: readonly ClockEffect[] =
      state.last === undefined || state.era !== undefined ? [{ kind: "known", truth: now }] : [];
    return { state: { ...state, last: now, era: undefined, knownAt: now.wall }, effects: [...step, ...known] };
  }
  if (state.era !== undefined && goesOn(state.era, now)) return { state: { ...state, last: now }, effects: step };
  const { knownAt, nextEra } = state;
  const era: Era = { id: nextEra, boot: now.boot, clockOffset: clockOffset(now), knownAt };
  return { state: { last: now, era, knownAt, nextEra: nextEra + 1 }, effects: step };
}

/** Whether times of this moment belong to the era. */
export function goesOn(era: Era, now: Moment): boolean {
  return era.boot === now.boot && Math.abs(clockOffset(now) - era.clockOffset) <= TOLERANCE_US;
}
