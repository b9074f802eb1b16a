import type { Lane } from "../spool/lane.ts";
import type { QueuedMessage } from "../spool/message.ts";
import { pointsOf, type RawPoint } from "./record-body.ts";

/** What goes to the server in one request. It stays the same, numbers and all, however often it has to be sent. */
export interface Batch {
  readonly lane: Lane;
  readonly messages: readonly QueuedMessage[];
  /** As they were queued. */
  readonly own: readonly RawPoint[];
  /** The same points, with the times at which they are sent: later ones where the server takes only one a second. */
  readonly points: readonly RawPoint[];
  /** Numbers of the first and last point: what is between them is all here. */
  readonly first: number;
  readonly last: number;
}

/** @returns undefined when there is nothing to send */
export function makeBatch(lane: Lane, messages: readonly QueuedMessage[]): Batch | undefined {
  const oldest = messages[0];
  if (oldest === undefined) return undefined;
  const own = messages.flatMap(pointsOf);
  return { lane, messages, own, points: own, first: oldest.seq, last: oldest.seq + own.length - 1 };
}

/** How many points are sent with another time than their own. */
export function countMoved({ own, points }: Batch): number {
  if (points === own) return 0;
  return points.filter(({ timestamp }, index) => timestamp !== own[index]?.timestamp).length;
}
