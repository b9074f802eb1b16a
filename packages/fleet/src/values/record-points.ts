import { fail, ok, type Result } from "@gateway-engine/core/result";
import type { RecordPoint } from "@gateway-engine/protocol/device-api";
import type { Micros, Point } from "./value.ts";

/** A point of a record request: when it was, and how the device wrote that, to name it in an answer. */
export interface TimedPoint extends Point {
  readonly timestamp: string;
}

/** Turns the timestamps of a record request into moments. @returns the points in order, or what is wrong with one */
export function timePoints(points: readonly RecordPoint<Uint8Array>[], now: Micros): Result<TimedPoint[], string> {
  const timed: TimedPoint[] = [];
  for (const point of points) {
    const at = parsePointTime(point.timestamp, now);
    if (at === undefined) return fail(`${point.timestamp} is no moment that can be stored`);
    timed.push({ ...point, at });
  }
  return ok(timed);
}

/**
 * Reads seconds since 1970 with up to six decimals (what is finer is cut off); a negative number is that long before `now`.
 *
 * Works on the digits: a double cannot hold microseconds of today exactly when it counts in seconds.
 *
 * @returns undefined for what is before 1970 or after the year 2255
 */
export function parsePointTime(text: string, now: Micros): Micros | undefined {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text);
  if (match === null) return undefined;
  const [, sign = "", seconds = "", fraction = ""] = match;
  const micros = Number(seconds + fraction.slice(0, 6).padEnd(6, "0"));
  const at = sign === "-" ? now - micros : micros;
  return at >= 0 && at <= Number.MAX_SAFE_INTEGER ? at : undefined;
}

/** The newest point of each alias. */
export function newestOfEach<P extends Point>(points: readonly P[]): readonly P[] {
  const newest = new Map<string, P>();
  for (const point of points) {
    const known = newest.get(point.alias);
    if (known === undefined || point.at > known.at) newest.set(point.alias, point);
  }
  return [...newest.values()];
}

/** The body of a 409 answer: `alias=ts1,ts2&alias2=ts3`, timestamps as the device wrote them. */
export function groupByAlias(points: readonly TimedPoint[]): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>();
  for (const { alias, timestamp } of points) groups.set(alias, [...(groups.get(alias) ?? []), timestamp]);
  return groups;
}
