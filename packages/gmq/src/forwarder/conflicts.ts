/** Answer to a 409: older servers keep one point of an alias a second. */
import { decodeFormText } from "@gateway-engine/protocol/form";
import type { Batch } from "./batch.ts";
import type { Move } from "./moves.ts";
import type { RawPoint } from "./record-body.ts";

/** The refused timestamps of each alias, decoded. */
export type Conflicts = ReadonlyMap<string, readonly string[]>;

/**
 * Moves the refused points to later seconds that are free, as far as this batch can know, and keeps their order.
 * A record of an older time than the points before it stays where it is, unless it is refused itself.
 *
 * The server may hold points that we do not know of, so each further try moves twice as far.
 *
 * @param conflicts empty: the server did not say which; all are taken to be refused
 * @param attempt 1 for the first 409 of this batch
 */
export function moveConflicts(batch: Batch, conflicts: Conflicts, attempt: number): Batch {
  const step = 2 ** (attempt - 1);
  const last = new Map<string, Move>();
  let moved = false;
  const points = batch.points.map((point, index): RawPoint => {
    const alias = decodeFormText(point.alias);
    const own = Number(batch.own[index]?.timestamp);
    const now = Number(point.timestamp);
    const before = last.get(alias);
    const isOlder = before !== undefined && own < before.own;
    const refused = conflicts.size === 0 || isRefused(point, conflicts.get(alias));
    const crowded = conflicts.has(alias) && before !== undefined && !isOlder && now < before.sent + 1;
    if (!refused && !crowded) {
      if (!isOlder) last.set(alias, { own, sent: now });
      return point;
    }
    const behind = before === undefined ? 0 : Math.floor(before.sent) + 1;
    const sent = Math.max(Math.floor(now) + (refused ? step : 1), behind);
    last.set(alias, { own: Math.max(own, before?.own ?? own), sent });
    moved = true;
    return { ...point, timestamp: String(sent) };
  });
  // An answer that names none of these points, such as a proxy's page, says nothing about which.
  if (!moved && conflicts.size > 0) return moveConflicts(batch, new Map(), attempt);
  return { ...batch, points };
}

/** Servers that keep whole seconds name them so. */
function isRefused({ timestamp }: RawPoint, refused: readonly string[] = []): boolean {
  return refused.some(
    (other) => Number(other) === Number(timestamp) || Number(other) === Math.floor(Number(timestamp)),
  );
}
