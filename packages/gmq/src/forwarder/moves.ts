/**
 * Order across batches: once a server has made the queue move points to later times, the points that follow go behind
 * them, until their own times are past.
 */
import { decodeFormText } from "@gateway-engine/protocol/form";
import type { MovedPoint } from "../spool/message.ts";
import type { Batch } from "./batch.ts";
import type { RawPoint } from "./record-body.ts";

/** A point's time as it was queued and as it is sent, in seconds since 1970. */
export type Move = Omit<MovedPoint, "alias">;

/** The last point of each alias (decoded) that was moved. */
export type Moves = ReadonlyMap<string, Move>;

export const NO_MOVES: Moves = new Map();

export function movesOf(points: readonly MovedPoint[]): Moves {
  return new Map(points.map(({ alias, own, sent }) => [alias, { own, sent }]));
}

export function movedPoints(moves: Moves): readonly MovedPoint[] {
  return Array.from(moves, ([alias, move]) => ({ alias, ...move }));
}

/** Moves the points that would overtake those before them, to whole seconds. A record of an older time is where it belongs. */
export function moveBehind(batch: Batch, moves: Moves): Batch {
  if (moves.size === 0) return batch;
  const last = new Map(moves);
  const points = batch.points.map((point): RawPoint => {
    const alias = decodeFormText(point.alias);
    const own = Number(point.timestamp);
    const before = last.get(alias);
    if (before === undefined || own < before.own || own >= before.sent + 1) return point;
    const sent = Math.floor(before.sent) + 1;
    last.set(alias, { own, sent });
    return { ...point, timestamp: String(sent) };
  });
  return { ...batch, points };
}

/** What the points after this batch, which the server has now, must stay behind. */
export function movesAfter(batch: Batch, moves: Moves): Moves {
  if (moves.size === 0 && batch.points === batch.own) return moves;
  const after = new Map(moves);
  for (const [index, point] of batch.points.entries()) {
    const alias = decodeFormText(point.alias);
    const own = Number(batch.own[index]?.timestamp);
    const sent = Number(point.timestamp);
    const before = after.get(alias);
    if (before !== undefined && sent < before.sent) continue;
    if (sent === own) after.delete(alias);
    else after.set(alias, { own, sent });
  }
  return after;
}
