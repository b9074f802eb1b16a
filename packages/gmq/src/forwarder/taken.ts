/**
 * What a server has of a batch that it takes in parts, such as one alias at a time: of each alias (decoded) all points up to
 * this number. A batch that has to be sent again, or in smaller ones, leaves them out.
 */
import { decodeFormText } from "@gateway-engine/protocol/form";
import type { Batch } from "./batch.ts";
import type { RawPoint } from "./record-body.ts";

export type Taken = ReadonlyMap<string, number>;

export const NOTHING_TAKEN: Taken = new Map();

/** A point of a batch with its number. */
export interface NumberedPoint extends RawPoint {
  readonly number: number;
  /** Decoded. */
  readonly name: string;
}

/** The batch's points that the server does not have. */
export function untaken(batch: Batch, taken: Taken): readonly NumberedPoint[] {
  return numbered(batch).filter(({ name, number }) => number > (taken.get(name) ?? 0));
}

/** The same batch with only what the server has. */
export function takenPart(batch: Batch, taken: Taken): Batch {
  if (taken.size === 0) return { ...batch, points: [], own: [] };
  const has = numbered(batch).map(({ name, number }) => number <= (taken.get(name) ?? 0));
  const only = (points: readonly RawPoint[]) => points.filter((_point, index) => has[index]);
  return { ...batch, points: only(batch.points), own: only(batch.own) };
}

/** The server has these points too, and all before them. */
export function withTaken(taken: Taken, points: readonly NumberedPoint[]): Taken {
  const after = new Map(taken);
  for (const { name, number } of points) after.set(name, Math.max(number, after.get(name) ?? 0));
  return after;
}

function numbered({ points, first }: Batch): readonly NumberedPoint[] {
  return points.map((point, index) => ({ ...point, number: first + index, name: decodeFormText(point.alias) }));
}
