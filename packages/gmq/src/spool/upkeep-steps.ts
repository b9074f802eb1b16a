/** What keeps the file in order: steps that are short enough for a commit each. */
import type { SqlDatabase } from "@gateway-engine/core/sql";
import type { Cursors } from "./cursors.ts";
import type { Lane } from "./lane.ts";
import type { Room } from "./room/room.ts";

/** Expired messages that are removed with one commit. */
const EXPIRED_STEP = 500;
/** Unused bytes that are given back with one commit. */
const GIVE_BACK_STEP = 1_048_576;
/** Unused bytes that stay, for the next messages; in a large file an eighth of what is used. */
const SPARE_BYTES = 1_048_576;

/** Removes messages whose time is over. @param now the queue's own time @returns how many */
export function removeExpired(database: SqlDatabase, cursors: Cursors, now: number): number {
  const rows = database.all("SELECT lane, seq FROM message WHERE expires_at <= ? LIMIT ?", [now, EXPIRED_STEP]);
  const lanes = new Map<Lane, number[]>();
  for (const row of rows) {
    const lane = Number(row["lane"]);
    const seqs = lanes.get(lane) ?? [];
    seqs.push(Number(row["seq"]));
    lanes.set(lane, seqs);
  }
  for (const [lane, seqs] of lanes) cursors.lose(lane, seqs, "expired");
  return rows.length;
}

export interface ExpiredAt {
  readonly upstream: number;
  readonly lane: Lane;
  readonly now: number;
  /** Looks behind this number, where a reader stands that is ahead of what the upstream has. */
  readonly from?: number | undefined;
}

/** Removes those that an upstream would get next. */
export function removeExpiredOf(
  database: SqlDatabase,
  cursors: Cursors,
  { upstream, lane, now, from = 1 }: ExpiredAt,
): void {
  const sql = "SELECT seq, expires_at <= ? AS expired FROM message WHERE lane = ? AND seq >= ? ORDER BY seq LIMIT ?";
  const rows = database.all(sql, [now, lane, Math.max(from, cursors.nextSeq(upstream, lane)), EXPIRED_STEP]);
  const seqs = rows.filter((row) => row["expired"] === 1).map((row) => Number(row["seq"]));
  cursors.lose(lane, seqs, "expired");
}

/** When the next message expires, in the queue's own time. */
export function nextExpiry(database: SqlDatabase): number | undefined {
  const at = database.get("SELECT min(expires_at) AS at FROM message WHERE expires_at IS NOT NULL")?.["at"];
  return typeof at === "number" ? at : undefined;
}

/** Removes what nobody waits for any more, since an upstream is gone. @returns whether there may be more */
export function removeLeftovers(database: SqlDatabase, cursors: Cursors): boolean {
  const lane = database.get(`
    SELECT id FROM lane WHERE accepted > removed AND
      (SELECT min(seq) FROM message WHERE lane = lane.id) <
      (SELECT min(coalesce(cursor.next_seq, 1)) FROM upstream
        LEFT JOIN cursor ON cursor.upstream = upstream.id AND cursor.lane = lane.id)
    LIMIT 1`)?.["id"];
  if (typeof lane !== "number") return false;
  cursors.removeWhatAllHave(lane);
  return true;
}

/** Gives unused pages back to the disk. */
export function giveBackUnused(room: Room): { readonly bytes: number; readonly more: boolean } {
  const excess = () => room.unused() - Math.max(SPARE_BYTES, room.used() / 8);
  if (excess() <= 0) return { bytes: 0, more: false };
  return { bytes: room.giveBack(Math.min(excess(), GIVE_BACK_STEP)), more: excess() > 0 };
}
