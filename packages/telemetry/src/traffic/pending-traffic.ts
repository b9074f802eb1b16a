import type { Timestamp } from "@gateway-engine/core/clock";
import { SPANS } from "./spans.ts";
import { OTHER_PURPOSES, type TrafficEntry } from "./traffic-entry.ts";

/** Entries of one party in one minute, added up. */
export interface TrafficRow extends TrafficEntry {
  /** Seconds since 1970 at which the minute begins. */
  readonly start: number;
  readonly maxReceived: number;
  readonly maxSent: number;
}

/** So many rows wait at most; then they are put together by hour, by day, and at last without their purposes. */
export const MAX_PENDING_ROWS = 2000;

/** What is not in the book yet. It loses no byte, and gives up detail before it grows without end. */
export class PendingTraffic {
  #rows = new Map<string, TrafficRow>();
  #coarseness = 0;

  get size(): number {
    return this.#rows.size;
  }

  rows(): readonly TrafficRow[] {
    return [...this.#rows.values()];
  }

  clear(): void {
    this.#rows.clear();
    this.#coarseness = 0;
  }

  add(at: Timestamp, entry: TrafficEntry): void {
    this.#put(rowOf(at, entry));
    while (this.#rows.size > MAX_PENDING_ROWS && this.#coarseness < COARSER.length) this.#coarsen();
  }

  #coarsen(): void {
    const rows = this.rows();
    this.#rows.clear();
    this.#coarseness += 1;
    for (const row of rows) this.#put(row);
  }

  #put(row: TrafficRow): void {
    const coarse = COARSER.slice(0, this.#coarseness).reduce((reduced, coarser) => coarser(reduced), row);
    const { start, application, purpose, interface: name, exact } = coarse;
    const key = JSON.stringify([start, application, purpose, name, exact]);
    const before = this.#rows.get(key);
    this.#rows.set(key, before === undefined ? coarse : sum(before, coarse));
  }
}

const COARSER: readonly ((row: TrafficRow) => TrafficRow)[] = [
  (row) => ({ ...row, start: row.start - (row.start % SPANS.hour) }),
  (row) => ({ ...row, start: row.start - (row.start % SPANS.day) }),
  (row) => ({ ...row, purpose: row.purpose === "" ? "" : OTHER_PURPOSES }),
];

function rowOf(at: Timestamp, entry: TrafficEntry): TrafficRow {
  const seconds = Math.max(0, Math.floor(at / 1000));
  const requests = count(entry.requests);
  const received = count(entry.received);
  const sent = count(entry.sent);
  return {
    ...entry,
    start: seconds - (seconds % SPANS.minute),
    requests,
    received,
    sent,
    wireReceived: count(entry.wireReceived),
    wireSent: count(entry.wireSent),
    // Of several requests at once only their mean is known: the largest was no smaller.
    maxReceived: requests === 0 ? 0 : Math.ceil(received / requests),
    maxSent: requests === 0 ? 0 : Math.ceil(sent / requests),
  };
}

function count(value: number): number {
  return Number.isFinite(value) && value > 0 ? Math.round(value) : 0;
}

function sum(one: TrafficRow, other: TrafficRow): TrafficRow {
  return {
    ...one,
    requests: one.requests + other.requests,
    received: one.received + other.received,
    sent: one.sent + other.sent,
    wireReceived: one.wireReceived + other.wireReceived,
    wireSent: one.wireSent + other.wireSent,
    maxReceived: Math.max(one.maxReceived, other.maxReceived),
    maxSent: Math.max(one.maxSent, other.maxSent),
  };
}
