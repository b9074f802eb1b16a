/** Which messages go when the queue is thinned out. */
import { splitFormBytes } from "@gateway-engine/protocol/form";
import type { QueuedMessage } from "../message.ts";

export type ThinnedMessage = Pick<QueuedMessage, "seq" | "kind" | "alias" | "body">;

/**
 * Every second message of each alias, oldest first. A write of several aliases counts as one of a kind with those of the same.
 *
 * @param keepFirst whether the first of each alias stays; it alternates from one window to the next, so that an alias with
 *   one message in each of them is thinned too
 */
export function everySecond(messages: readonly ThinnedMessage[], keepFirst: boolean): ReadonlySet<number> {
  const seen = new Map<string, number>();
  const gone = new Set<number>();
  for (const message of messages) {
    const kind = aliasesOf(message);
    const before = seen.get(kind) ?? 0;
    seen.set(kind, before + 1);
    if ((before % 2 === 0) !== keepFirst) gone.add(message.seq);
  }
  return gone;
}

/** As they stand in the body. */
function aliasesOf({ kind, alias, body }: ThinnedMessage): string {
  if (kind === "record") return alias;
  const names = new Set(splitFormBytes(body).map(({ name }) => name));
  return [...names].sort().join("&");
}

/** The older half of a lane, by the numbers between its oldest message and the next one: what lies before this one. */
export function olderHalf(oldestSeq: number, nextSeq: number): number {
  return Math.floor((oldestSeq + nextSeq) / 2);
}
