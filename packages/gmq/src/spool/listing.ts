/** Messages as people look at them: page by page, in the order of their lanes, or those that are set aside. */
import type { SqlDatabase, SqlRow, SqlValue } from "@gateway-engine/core/sql";
import type { ByteString } from "@gateway-engine/protocol/form";
import { byteString } from "./byte-string.ts";
import { type Lane, laneOf, PRIORITIES } from "./lane.ts";

export interface ListedMessage {
  readonly lane: Lane;
  readonly seq: number;
  readonly kind: "write" | "record";
  readonly alias: string;
  readonly body: ByteString;
  /** Microseconds since 1970. */
  readonly at: number;
  /** As it is stored, in the queue's own time. */
  readonly expiresAt: number | null;
  readonly setAside: ListedRefusal | undefined;
}

export interface ListedRefusal {
  readonly id: number;
  readonly upstream: string;
  readonly reason: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** Bytes of the bodies of one page, about: a few may be as large as hundreds of others. */
const PAGE_BYTES = 1_048_576;

/** The next messages of one device behind `after`, at most `count`, or fewer large ones; undefined: from the front. */
export function listQueued(
  database: SqlDatabase,
  device: number,
  after: Pick<ListedMessage, "lane" | "seq"> | undefined,
  count: number,
): readonly ListedMessage[] {
  const first = laneOf(device, PRIORITIES[0]);
  const { lane, seq } = after ?? { lane: first, seq: 0 };
  const end = laneOf(device + 1, PRIORITIES[0]);
  return database.all(QUEUED, [lane, seq, end, count, PAGE_BYTES]).map((row) => readListed(row));
}

/** Messages that are set aside, of all devices, with a higher id than `after`. */
export function listSetAside(database: SqlDatabase, after: number, count: number): readonly ListedMessage[] {
  return database.all(SET_ASIDE, [after, count]).map((row) => ({
    ...readListed(row),
    setAside: {
      id: Number(row["id"]),
      upstream: textOr(row["upstream"], "an upstream that is no longer configured"),
      reason: String(row["reason"]),
      at: Number(row["set_aside_at"]),
    },
  }));
}

/** Times of a clock that was not set are made right, as far as that is known. */
const CORRECTION = "coalesce((SELECT correction FROM era WHERE era.id = era), 0)";

/** The sizes are read first, and without the bodies. */
const QUEUED = `
  SELECT lane, seq, kind, alias, at + ${CORRECTION} AS at, expires_at, body
  FROM (
    SELECT lane, seq, sum(bytes) OVER (ORDER BY lane, seq) - bytes AS before FROM (
      SELECT lane, seq, length(body) AS bytes FROM message
      WHERE (lane, seq) > (?, ?) AND lane < ? ORDER BY lane, seq LIMIT ?
    )
  ) JOIN message USING (lane, seq)
  WHERE before < ? ORDER BY lane, seq`;

const SET_ASIDE = `
  SELECT set_aside.id, lane, seq, kind, alias, at + ${CORRECTION} AS at, NULL AS expires_at, body, upstream.name AS upstream, reason, set_aside_at
  FROM set_aside LEFT JOIN upstream ON upstream.id = set_aside.upstream
  WHERE set_aside.id > ? ORDER BY set_aside.id LIMIT ?`;

function readListed(row: SqlRow): ListedMessage {
  const expiresAt = row["expires_at"];
  return {
    lane: Number(row["lane"]),
    seq: Number(row["seq"]),
    kind: row["kind"] === "record" ? "record" : "write",
    alias: String(row["alias"]),
    body: row["body"] instanceof Uint8Array ? byteString(row["body"]) : "",
    at: Number(row["at"]),
    expiresAt: typeof expiresAt === "number" ? expiresAt : null,
    setAside: undefined,
  };
}

function textOr(value: SqlValue | undefined, instead: string): string {
  return typeof value === "string" ? value : instead;
}
