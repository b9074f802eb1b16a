/** What an upstream gets next. */
import type { SqlDatabase, SqlRow } from "@gateway-engine/core/sql";
import { byteString } from "./byte-string.ts";
import type { Cursors } from "./cursors.ts";
import type { Lane } from "./lane.ts";
import type { Head, MessageRange, QueuedMessage } from "./message.ts";

export interface BatchLimits {
  readonly messages: number;
  /** Bytes of all bodies together; the first message is taken whatever its size. */
  readonly bytes: number;
  /** Messages before this number are left out; the upstream's progress unless told. */
  readonly from?: number | undefined;
}

/** Without messages when there is something to be done about the first of them. */
export interface StoredHead extends Head {
  /** Its time is over. */
  readonly isExpired: boolean;
  /** Its clock was not set, and what makes its time right is not known yet. */
  readonly isUnsettled: boolean;
}

export class Heads {
  readonly #database: SqlDatabase;
  readonly #cursors: Cursors;

  constructor(database: SqlDatabase, cursors: Cursors) {
    this.#database = database;
    this.#cursors = cursors;
  }

  /** @param now the queue's own time */
  of(upstream: number, lane: Lane, limits: BatchLimits, now: number): StoredHead | undefined {
    const rows = this.#oldest(upstream, lane, limits);
    const [first] = rows;
    if (first === undefined) return undefined;
    const messages = rows.slice(
      0,
      lengthWhile(rows, (row) => !isExpired(row, now) && !isUnsettled(row)),
    );
    const beyond = "SELECT 1 FROM message WHERE lane = ? AND seq > ? LIMIT 1";
    const last = messages.at(-1) ?? first;
    return {
      lane,
      messages: messages.map(readMessage),
      more: this.#database.get(beyond, [lane, last["seq"] ?? 0]) !== undefined,
      isExpired: isExpired(first, now),
      isUnsettled: isUnsettled(first),
    };
  }

  holds(lane: Lane, { first, last, messages }: MessageRange, now: number): boolean {
    const row = this.#database.get(
      `SELECT count(*) AS messages FROM message
        WHERE lane = ? AND seq >= ? AND seq <= ? AND (expires_at IS NULL OR expires_at > ?)`,
      [lane, first, last, now],
    );
    return row?.["messages"] === messages.length;
  }

  /** With consecutive numbers. */
  #oldest(upstream: number, lane: Lane, limits: BatchLimits): readonly SqlRow[] {
    const from = Math.max(limits.from ?? 1, this.#cursors.nextSeq(upstream, lane));
    const rows = this.#database.all(OLDEST, [lane, from, limits.messages, lane, limits.bytes]);
    const followsItsNeighbour = (row: SqlRow, index: number) => {
      const before = rows[index - 1];
      return before === undefined || row["seq"] === Number(before["seq"]) + Number(before["points"]);
    };
    return rows.slice(0, lengthWhile(rows, followsItsNeighbour));
  }
}

/** The sizes are read first, and without the bodies, so that large messages beyond the limit stay on disk. */
const OLDEST = `
  SELECT message.seq, points, kind, alias, at, body, expires_at,
    CASE era WHEN 0 THEN 0 ELSE (SELECT correction FROM era WHERE id = message.era) END AS correction
  FROM (
    SELECT seq, bytes, sum(bytes) OVER (ORDER BY seq) AS total FROM (
      SELECT seq, length(body) AS bytes FROM message
      WHERE lane = ? AND seq >= ? ORDER BY seq LIMIT ?
    )
  ) AS head JOIN message ON message.lane = ? AND message.seq = head.seq
  WHERE head.total <= ? OR head.total = head.bytes
  ORDER BY message.seq`;

function lengthWhile(rows: readonly SqlRow[], holds: (row: SqlRow, index: number) => boolean): number {
  const end = rows.findIndex((row, index) => !holds(row, index));
  return end === -1 ? rows.length : end;
}

function isExpired(row: SqlRow, now: number): boolean {
  const expiresAt = row["expires_at"];
  return typeof expiresAt === "number" && expiresAt <= now;
}

function isUnsettled(row: SqlRow): boolean {
  return row["correction"] === null;
}

function readMessage(row: SqlRow): QueuedMessage {
  const correction = Number(row["correction"]);
  const message = {
    kind: row["kind"] === "record" ? "record" : "write",
    alias: String(row["alias"]),
    body: row["body"] instanceof Uint8Array ? byteString(row["body"]) : "",
    seq: Number(row["seq"]),
    points: Number(row["points"]),
    at: Number(row["at"]) + correction,
  } as const;
  return correction === 0 ? message : { ...message, correction };
}
