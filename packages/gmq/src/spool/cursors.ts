/**
 * Who has which messages. For each upstream and lane,
 *
 *     accepted = queued + skipped + forwarded + set aside + dropped + expired
 *
 * so nothing has to be counted in a long queue.
 */
import type { SqlDatabase } from "@gateway-engine/core/sql";
import type { Lane } from "./lane.ts";
import type { MovedPoint, Progress } from "./message.ts";

/** Why an upstream does not wait for a message any more. */
export type Fate = "forwarded" | "set_aside" | "dropped" | "expired";

export interface UpstreamRow {
  readonly id: number;
  readonly name: string;
  /** Messages that it refused, and for which there was no more room. */
  readonly discarded: number;
}

/** Rows that are deleted with one commit at the most. */
const MOST_REMOVED = 5000;

export class Cursors {
  readonly #database: SqlDatabase;

  constructor(database: SqlDatabase) {
    this.#database = database;
  }

  upstreams(): readonly UpstreamRow[] {
    return this.#database.all("SELECT id, name, discarded FROM upstream ORDER BY id").map((row) => ({
      id: Number(row["id"]),
      name: String(row["name"]),
      discarded: Number(row["discarded"]),
    }));
  }

  idOf(name: string): number {
    const row = this.#database.get("SELECT id FROM upstream WHERE name = ?", [name]);
    if (row === undefined) throw new RangeError(`the queue has no upstream ${name}`);
    return Number(row["id"]);
  }

  nextSeq(upstream: number, lane: Lane): number {
    const cursor = this.#database.get("SELECT next_seq FROM cursor WHERE upstream = ? AND lane = ?", [upstream, lane]);
    return Number(cursor?.["next_seq"] ?? 1);
  }

  progress(upstream: number, lane: Lane): Progress {
    const sql = "SELECT next_seq, moved FROM cursor WHERE upstream = ? AND lane = ?";
    const cursor = this.#database.get(sql, [upstream, lane]);
    const moved = typeof cursor?.["moved"] === "string" ? (JSON.parse(cursor["moved"]) as MovedPoint[]) : [];
    return { nextSeq: Number(cursor?.["next_seq"] ?? 1), moved };
  }

  /** Moves the cursor to `to`. What is no longer there was counted when it went. */
  pass(upstream: number, lane: Lane, to: number, fate: Fate): void {
    const from = this.nextSeq(upstream, lane);
    if (to <= from) return;
    const sql = "SELECT count(*) AS messages FROM message WHERE lane = ? AND seq >= ? AND seq < ?";
    const passed = Number(this.#database.get(sql, [lane, from, to])?.["messages"]);
    this.#count(upstream, lane, fate, passed);
    this.#database.run("UPDATE cursor SET next_seq = ? WHERE upstream = ? AND lane = ?", [to, upstream, lane]);
    this.removeWhatAllHave(lane);
  }

  keepMoved(upstream: number, lane: Lane, moved: readonly MovedPoint[]): void {
    const sql = "UPDATE cursor SET moved = ? WHERE upstream = ? AND lane = ? AND moved IS NOT ?1";
    this.#database.run(sql, [moved.length === 0 ? null : JSON.stringify(moved), upstream, lane]);
  }

  /** Takes messages away from every upstream that does not have them. @param seqs ascending */
  lose(lane: Lane, seqs: readonly number[], fate: "dropped" | "expired"): void {
    for (const seq of seqs) this.#database.run("DELETE FROM message WHERE lane = ? AND seq = ?", [lane, seq]);
    this.countLost(lane, seqs, fate);
  }

  /** The same for messages that are already deleted. */
  countLost(lane: Lane, seqs: readonly number[], fate: "dropped" | "expired"): void {
    for (const { id } of this.upstreams()) {
      const next = this.nextSeq(id, lane);
      this.#count(id, lane, fate, seqs.filter((seq) => seq >= next).length);
    }
    this.#countRemoved(lane, seqs.length);
  }

  /** So many at a time; what is left goes with the next call. */
  removeWhatAllHave(lane: Lane): void {
    const slowest = Number(this.#database.get(SLOWEST, [lane])?.["seq"] ?? 1);
    const bound = this.#database.get(
      "SELECT seq FROM message WHERE lane = ? AND seq < ? ORDER BY seq LIMIT 1 OFFSET ?",
      [lane, slowest, MOST_REMOVED],
    )?.["seq"];
    const until = typeof bound === "number" ? bound : slowest;
    this.#countRemoved(lane, this.#database.run("DELETE FROM message WHERE lane = ? AND seq < ?", [lane, until]));
  }

  #count(upstream: number, lane: Lane, fate: Fate, messages: number): void {
    if (messages > 0) this.#database.run(COUNT[fate], [upstream, lane, messages]);
  }

  #countRemoved(lane: Lane, messages: number): void {
    if (messages > 0) this.#database.run("UPDATE lane SET removed = removed + ? WHERE id = ?", [messages, lane]);
  }
}

/** What of a lane an upstream does not have; `cursor` may be missing. */
export const PENDING = `(lane.accepted - coalesce(
  cursor.skipped + cursor.forwarded + cursor.set_aside + cursor.dropped + cursor.expired, 0))`;

const COUNT: Readonly<Record<Fate, string>> = {
  forwarded: countIn("forwarded"),
  set_aside: countIn("set_aside"),
  dropped: countIn("dropped"),
  expired: countIn("expired"),
};

function countIn(column: Fate): string {
  return `INSERT INTO cursor (upstream, lane, next_seq, ${column}) VALUES (?1, ?2, 1, ?3)
    ON CONFLICT (upstream, lane) DO UPDATE SET ${column} = ${column} + ?3`;
}

const SLOWEST = `
  SELECT min(coalesce(cursor.next_seq, 1)) AS seq FROM upstream
  LEFT JOIN cursor ON cursor.upstream = upstream.id AND cursor.lane = ?`;
