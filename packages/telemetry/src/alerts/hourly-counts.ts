/** How much each of several counters has grown within the last hour. */
import type { MonotonicMs } from "@gateway-engine/core/clock";
import type { Reading } from "./alert-book.ts";

/** By what is counted. */
export type HourlyCounts = ReadonlyMap<string, Growth>;

interface Growth {
  readonly total: number;
  /** What came within the hour. */
  readonly steps: readonly { readonly at: MonotonicMs; readonly more: number }[];
}

/**
 * @param totals all counters as they are now; others are forgotten. What a counter holds when it is first seen is old, and one
 *   that is lower than before has begun anew
 */
export function countHour(before: HourlyCounts, totals: ReadonlyMap<string, number>, now: MonotonicMs): HourlyCounts {
  return new Map(Array.from(totals, ([name, total]) => [name, grown(before.get(name), total, now)]));
}

function grown(before: Growth | undefined, total: number, now: MonotonicMs): Growth {
  if (before === undefined) return { total, steps: [] };
  const more = total < before.total ? total : total - before.total;
  const steps = more === 0 ? before.steps : [...before.steps, { at: now, more }];
  return { total, steps: steps.filter(({ at }) => now - at < HOUR_MS) };
}

export function hourReadings(counts: HourlyCounts): readonly Reading[] {
  return Array.from(counts, ([what, { steps }]) => ({ what, value: steps.reduce((sum, { more }) => sum + more, 0) }));
}

const HOUR_MS = 3_600_000;
