import type { Batch } from "../forwarder/batch.ts";
import type { NumberedPoint } from "../forwarder/taken.ts";

/** A write is so young, in milliseconds, that the server's time of receipt is right for it. */
const FRESH_MS = 10_000;

/**
 * The points up to the first that must keep its time, and those from there on.
 *
 * @param points of the batch; @param now milliseconds since 1970
 */
export function splitByFreshness(
  { messages }: Batch,
  points: readonly NumberedPoint[],
  now: number,
): { readonly fresh: readonly NumberedPoint[]; readonly rest: readonly NumberedPoint[] } {
  const old = messages.find(({ kind, at }) => kind !== "write" || at / 1000 + FRESH_MS < now);
  const split = old === undefined ? points.length : points.findIndex(({ number }) => number >= old.seq);
  const end = split === -1 ? points.length : split;
  return { fresh: points.slice(0, end), rest: points.slice(end) };
}
