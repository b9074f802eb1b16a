/** Answer to a 409: older servers keep one point of an alias a second. */
import { decodeFormText } from "@gateway-engine/protocol/form";
import type { Batch } from "./batch.ts";
import type { RawPoint } from "./record-body.ts";

/** The refused timestamps of each alias, decoded. */
export type Conflicts = ReadonlyMap<string, readonly string[]>;

/**
 * Moves the refused points to later seconds that are free, as far as this batch can know, and keeps their order.
 *
 * The server may hold points that we do not know of, so each further try moves twice as far.
 *
 * @param conflicts empty: the server did not say which; all are taken to be refused
 * @param attempt 1 for the first 409 of this batch
 */
export function moveConflicts(batch: Batch, conflicts: Conflicts, attempt: number): Batch {
  const step = 2 ** (attempt - 1);
  const newest = new Map<string, number>();
  let moved = 0;
  const points = batch.points.map((point): RawPoint => {
    const alias = decodeFormText(point.alias);
    const own = Number(point.timestamp);
    const before = newest.get(alias);
    const refused = conflicts.size === 0 || isRefused(point, conflicts.get(alias));
    const crowded = conflicts.has(alias) && before !== undefined && own < before + 1;
    if (!refused && !crowded) {
      newest.set(alias, own);
      return point;
    }
    const free = Math.max(Math.floor(own) + (refused ? step : 1), before === undefined ? 0 : Math.floor(before) + 1);
    newest.set(alias, free);
    moved += 1;
    return { ...point, timestamp: String(free) };
  });
  // An answer that names none of these points, such as a proxy's page, says nothing about which.
  if (moved === 0 && conflicts.size > 0) return moveConflicts(batch, new Map(), attempt);
  return { ...batch, points, moved: batch.moved + moved };
}

/** Servers that keep whole seconds name them so. */
function isRefused({ timestamp }: RawPoint, refused: readonly string[] = []): boolean {
  return refused.some(
    (other) => Number(other) === Number(timestamp) || Number(other) === Math.floor(Number(timestamp)),
  );
}
