import { keyOf, type LedgerEntry } from "./ledger-entry.ts";

/** What became of the messages of a ledger. Of a queue that keeps its promise all lists are empty, but for `repeated`. */
export interface DeliveryReport {
  readonly accepted: number;
  readonly delivered: number;
  /** Accepted, and not delivered. */
  readonly lost: readonly string[];
  /** Delivered behind a message of its stream that was sent when this one was accepted already. */
  readonly overtaken: readonly string[];
  /** Values that nobody sent, or that changed on the way. */
  readonly foreign: readonly string[];
  /** Delivered once more: one item for each time. */
  readonly repeated: readonly string[];
}

/** @param values what the server stored, in order */
export function reportDelivery(entries: readonly LedgerEntry[], values: readonly string[]): DeliveryReport {
  const sent = new Set(entries.flatMap((entry) => (entry.kind === "sending" ? [entry.key] : [])));
  const accepted = entries.flatMap((entry) => (entry.kind === "answered" && entry.accepted ? [entry.key] : []));
  const place = new Map<string, number>();
  const foreign: string[] = [];
  const repeated: string[] = [];
  for (const [index, value] of values.entries()) {
    const key = keyOf(value);
    if (key === undefined || !sent.has(key)) foreign.push(value.slice(0, 100));
    else if (place.has(key)) repeated.push(key);
    else place.set(key, index);
  }
  return {
    accepted: accepted.length,
    delivered: place.size,
    lost: accepted.filter((key) => !place.has(key)),
    overtaken: findOvertaken(entries, place),
    foreign,
    repeated,
  };
}

/** The ledger's order is that of time: what was answered above a line was answered before that message was sent. */
function findOvertaken(entries: readonly LedgerEntry[], place: ReadonlyMap<string, number>): readonly string[] {
  const streamOf = new Map<string, string>();
  /** Of each stream, the accepted message that was delivered last. */
  const last = new Map<string, string>();
  const placeOf = (key: string | undefined) => (key === undefined ? -1 : (place.get(key) ?? -1));
  const overtaken = new Set<string>();
  for (const entry of entries) {
    if (entry.kind === "sending") {
      streamOf.set(entry.key, entry.stream);
      const before = last.get(entry.stream);
      if (before !== undefined && place.has(entry.key) && placeOf(entry.key) < placeOf(before)) overtaken.add(before);
    } else if (entry.accepted) {
      const stream = streamOf.get(entry.key) ?? "";
      if (placeOf(entry.key) > placeOf(last.get(stream))) last.set(stream, entry.key);
    }
  }
  return [...overtaken];
}
