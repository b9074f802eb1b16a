import type { QueuedMessage } from "../spool/message.ts";
import { pointsOf, type RawPoint } from "./record-body.ts";

/** What goes to the server in one request. It stays the same, numbers and all, however often it has to be sent. */
export interface Batch {
  readonly messages: readonly QueuedMessage[];
  readonly points: readonly RawPoint[];
  /** Numbers of the first and last point: what is between them is all here. */
  readonly first: number;
  readonly last: number;
  /** Points whose timestamps were changed because the server takes only one a second. */
  readonly moved: number;
}

/** @returns undefined when there is nothing to send */
export function makeBatch(messages: readonly QueuedMessage[]): Batch | undefined {
  const oldest = messages[0];
  if (oldest === undefined) return undefined;
  const points = messages.flatMap(pointsOf);
  return { messages, points, first: oldest.seq, last: oldest.seq + points.length - 1, moved: 0 };
}
