/**
 * The queue on disk, as a store for a thread of its own: every method is synchronous, and one that changes something is
 * called within a transaction. It keeps no state beside the database, so a transaction that is undone leaves no trace.
 */
import type { SqlDatabase, SqlRow } from "@gateway-engine/core/sql";
import { byteString } from "./byte-string.ts";
import { deviceOfLane, type Lane } from "./lane.ts";
import { type ListedMessage, listQueued, listSetAside } from "./listing.ts";
import type { Head, MovedPoint, Progress, QueuedMessage, StoredMessage } from "./message.ts";
import { MAIN_UPSTREAM } from "./schema.ts";

export interface BatchLimits {
  readonly messages: number;
  /** Bytes of all bodies together; the first message is taken whatever its size. */
  readonly bytes: number;
  /** Messages before this number are left out; the upstream's progress unless told. */
  readonly from?: number | undefined;
}

export interface NewDevice {
  readonly id: number;
  readonly vendor: string;
  readonly model: string;
  readonly serial: string;
  readonly cik: string;
}

export interface StoredDevice extends NewDevice {
  readonly cikRefused: boolean;
  /** The last microsecond that a message of it uses; 0: there was none. */
  readonly lastAt: number;
}

/** A device's CIK at one upstream. */
export interface StoredCik {
  readonly device: number;
  readonly cik: string;
  readonly refused: boolean;
}

/** How far an upstream has come. */
export interface UpstreamTotals {
  readonly name: string;
  /** Messages that wait for it. */
  readonly queued: number;
  readonly forwarded: number;
  readonly setAside: number;
  /** Lost for it, since there was no room, or since their time was over. */
  readonly dropped: number;
  readonly expired: number;
}

export interface SpoolTotals extends Omit<UpstreamTotals, "name"> {
  readonly upstreams: readonly UpstreamTotals[];
}

export class SpoolStore {
  readonly #database: SqlDatabase;

  constructor(database: SqlDatabase) {
    this.#database = database;
  }

  /** Random, made with the file. */
  id(): string {
    return String(this.#database.get("SELECT id FROM spool")?.["id"]);
  }

  devices(): readonly StoredDevice[] {
    const lastAt = new Map<number, number>();
    for (const row of this.#database.all("SELECT id, last_at FROM lane")) {
      const device = deviceOfLane(Number(row["id"]));
      lastAt.set(device, Math.max(lastAt.get(device) ?? 0, Number(row["last_at"])));
    }
    return this.#database.all("SELECT * FROM device").map((row) => ({
      id: Number(row["id"]),
      vendor: String(row["vendor"]),
      model: String(row["model"]),
      serial: String(row["serial"]),
      cik: String(row["cik"]),
      cikRefused: row["cik_refused"] === 1,
      lastAt: lastAt.get(Number(row["id"])) ?? 0,
    }));
  }

  /** Makes `names` the upstreams beside the main one. A new one begins with what is accepted from now on. */
  setUpstreams(names: readonly string[]): void {
    const database = this.#database;
    const wanted = new Set([MAIN_UPSTREAM, ...names]);
    const known = new Set(this.#upstreams().map(({ name }) => name));
    for (const { id, name } of this.#upstreams()) {
      if (wanted.has(name)) continue;
      database.run("DELETE FROM cursor WHERE upstream = ?", [id]);
      database.run("DELETE FROM upstream_cik WHERE upstream = ?", [id]);
      database.run("DELETE FROM upstream WHERE id = ?", [id]);
    }
    for (const name of wanted) {
      if (known.has(name)) continue;
      database.run("INSERT INTO upstream (name) VALUES (?)", [name]);
      database.run(
        `INSERT INTO cursor (upstream, lane, next_seq, skipped)
          SELECT upstream.id, lane.id, lane.next_seq, lane.accepted FROM lane, upstream WHERE upstream.name = ?`,
        [name],
      );
    }
    for (const row of database.all("SELECT id FROM lane")) this.#removeWhatAllHave(Number(row["id"]));
  }

  /** @param device given when it may not be on disk yet */
  accept(message: StoredMessage, device: NewDevice | undefined): void {
    if (device !== undefined) this.keepDevice(device);
    const { lane, points, kind, alias, at, lastAt, expiresAt, era, body } = message;
    const seq = this.#number(lane, points, lastAt);
    this.#database.run(INSERT_MESSAGE, [
      lane,
      seq,
      points,
      kind,
      alias,
      at,
      expiresAt,
      era,
      Buffer.from(body, "latin1"),
    ]);
  }

  /** Queues a message of an earlier time behind those that are there. */
  importMessage(message: Omit<StoredMessage, "lastAt" | "era">, device: NewDevice): void {
    this.accept({ ...message, lastAt: 0, era: 0 }, device);
  }

  /** Queues messages again that are set aside; their times stay. @returns the device of each */
  replay(ids: readonly number[]): readonly number[] {
    return ids.flatMap((id) => {
      const row = this.#database.get("SELECT lane, points FROM set_aside WHERE id = ?", [id]);
      if (row === undefined) return [];
      const [lane, points] = [Number(row["lane"]), Number(row["points"])];
      const seq = this.#number(lane, points, 0);
      this.#database.run(REPLAY, [seq, id]);
      this.#database.run("DELETE FROM set_aside WHERE id = ?", [id]);
      return [deviceOfLane(lane)];
    });
  }

  listQueued(...which: Tail<Parameters<typeof listQueued>>): readonly ListedMessage[] {
    return listQueued(this.#database, ...which);
  }

  listSetAside(after: number, count: number): readonly ListedMessage[] {
    return listSetAside(this.#database, after, count);
  }

  keepDevice({ id, vendor, model, serial, cik }: NewDevice): void {
    const sql = "INSERT OR IGNORE INTO device (id, vendor, model, serial, cik) VALUES (?, ?, ?, ?, ?)";
    this.#database.run(sql, [id, vendor, model, serial, cik]);
  }

  keepCik(device: NewDevice): void {
    this.keepDevice(device);
    this.#database.run("UPDATE device SET cik = ?, cik_refused = 0 WHERE id = ?", [device.cik, device.id]);
  }

  markCikRefused(device: NewDevice): void {
    this.keepDevice(device);
    this.#database.run("UPDATE device SET cik_refused = 1 WHERE id = ?", [device.id]);
  }

  /** The CIKs of all devices at an upstream beside the main one. */
  ciksAt(upstream: string): readonly StoredCik[] {
    const sql = "SELECT device, cik, refused FROM upstream_cik WHERE upstream = ?";
    return this.#database.all(sql, [this.#upstream(upstream)]).map((row) => ({
      device: Number(row["device"]),
      cik: String(row["cik"]),
      refused: row["refused"] === 1,
    }));
  }

  keepCikAt(upstream: string, { device, cik, refused }: StoredCik): void {
    const sql = "INSERT OR REPLACE INTO upstream_cik (upstream, device, cik, refused) VALUES (?, ?, ?, ?)";
    this.#database.run(sql, [this.#upstream(upstream), device, cik, refused ? 1 : 0]);
  }

  /** Lanes with messages that `upstream` does not have. */
  waiting(upstream: string): readonly Lane[] {
    const rows = this.#database.all(
      `SELECT lane.id FROM lane LEFT JOIN cursor ON cursor.lane = lane.id AND cursor.upstream = ?
        WHERE ${PENDING} > 0`,
      [this.#upstream(upstream)],
    );
    return rows.map((row) => Number(row["id"]));
  }

  /** The next messages of a lane that `upstream` does not have; undefined: it has all. */
  head(upstream: string, lane: Lane, limits: BatchLimits): Head | undefined {
    const messages = this.#oldest(this.#upstream(upstream), lane, limits);
    const last = messages.at(-1);
    if (last === undefined) return undefined;
    const beyond = "SELECT 1 FROM message WHERE lane = ? AND seq > ? LIMIT 1";
    return { lane, messages, more: this.#database.get(beyond, [lane, last.seq]) !== undefined };
  }

  progress(upstream: string, lane: Lane): Progress {
    const sql = "SELECT next_seq, moved FROM cursor WHERE upstream = ? AND lane = ?";
    const cursor = this.#database.get(sql, [this.#upstream(upstream), lane]);
    const moved = typeof cursor?.["moved"] === "string" ? (JSON.parse(cursor["moved"]) as MovedPoint[]) : [];
    return { nextSeq: Number(cursor?.["next_seq"] ?? 1), moved };
  }

  /** `upstream` has everything of the lane up to `nextSeq`. */
  acknowledge(upstream: string, lane: Lane, { nextSeq, moved }: Progress): void {
    const upstreamId = this.#upstream(upstream);
    const counted = this.#database.get(COUNT_UP_TO, [lane, this.#nextSeq(upstreamId, lane), nextSeq]);
    this.#moveCursor(upstreamId, lane, nextSeq, { forwarded: Number(counted?.["messages"]) });
    const sql = "UPDATE cursor SET moved = ? WHERE upstream = ? AND lane = ? AND moved IS NOT ?1";
    this.#database.run(sql, [moved.length === 0 ? null : JSON.stringify(moved), upstreamId, lane]);
  }

  /** Keeps a message that `upstream` refuses, the oldest of the lane, with the reason. @param now milliseconds since 1970 */
  setAside(
    upstream: string,
    lane: Lane,
    seq: number,
    refusal: { readonly reason: string; readonly now: number },
  ): void {
    const upstreamId = this.#upstream(upstream);
    const kept = this.#database.get(SET_ASIDE, [upstreamId, refusal.reason, refusal.now, lane, seq]);
    if (kept === undefined) return;
    this.#moveCursor(upstreamId, lane, seq + Number(kept["points"]), { setAside: 1 });
  }

  totals(): SpoolTotals {
    const upstreams = this.#upstreams().map(({ id, name }) => {
      const row = this.#database.get(TOTALS, [id]);
      return {
        name,
        queued: Number(row?.["queued"]),
        forwarded: Number(row?.["forwarded"]),
        setAside: Number(row?.["set_aside"]),
        dropped: Number(row?.["dropped"]),
        expired: Number(row?.["expired"]),
      };
    });
    const sum = (value: (totals: UpstreamTotals) => number) =>
      upstreams.reduce((total, upstream) => total + value(upstream), 0);
    const queued = Number(this.#database.get("SELECT total(accepted - removed) AS queued FROM lane")?.["queued"]);
    return {
      queued,
      forwarded: sum(({ forwarded }) => forwarded),
      setAside: sum(({ setAside }) => setAside),
      dropped: sum(({ dropped }) => dropped),
      expired: sum(({ expired }) => expired),
      upstreams,
    };
  }

  /** Microseconds since 1970 of the oldest message of all devices. */
  oldestAt(): number | undefined {
    const at = this.#database.get(
      "SELECT min((SELECT at FROM message WHERE message.lane = lane.id ORDER BY seq LIMIT 1)) AS at FROM lane",
    )?.["at"];
    return typeof at === "number" ? at : undefined;
  }

  /** Counts a message that is accepted. @returns the number of its first point */
  #number(lane: Lane, points: number, lastAt: number): number {
    return Number(this.#database.get(COUNT_ACCEPTED, [lane, points, lastAt])?.["next_seq"]) - points;
  }

  #oldest(upstream: number, lane: Lane, limits: BatchLimits): readonly QueuedMessage[] {
    const from = Math.max(limits.from ?? 1, this.#nextSeq(upstream, lane));
    const rows = this.#database.all(OLDEST, [lane, from, limits.messages, lane, limits.bytes]);
    const messages = rows.map(readMessage);
    const gap = messages.findIndex((message, index) => {
      const before = messages[index - 1];
      return before !== undefined && message.seq !== before.seq + before.points;
    });
    return gap === -1 ? messages : messages.slice(0, gap);
  }

  #nextSeq(upstream: number, lane: Lane): number {
    const cursor = this.#database.get("SELECT next_seq FROM cursor WHERE upstream = ? AND lane = ?", [upstream, lane]);
    return Number(cursor?.["next_seq"] ?? 1);
  }

  #moveCursor(upstream: number, lane: Lane, nextSeq: number, passed: { forwarded?: number; setAside?: number }): void {
    const { forwarded = 0, setAside = 0 } = passed;
    this.#database.run(MOVE_CURSOR, [upstream, lane, nextSeq, forwarded, setAside]);
    this.#removeWhatAllHave(lane);
  }

  #removeWhatAllHave(lane: Lane): void {
    const database = this.#database;
    const slowest = Number(database.get(SLOWEST, [lane])?.["seq"] ?? 1);
    const removed = database.run("DELETE FROM message WHERE lane = ? AND seq < ?", [lane, slowest]);
    if (removed === 0) return;
    const counted = database.get(
      "UPDATE lane SET removed = removed + ? WHERE id = ? RETURNING accepted - removed AS queued",
      [removed, lane],
    );
    if (counted?.["queued"] === 0) database.all(GIVE_BACK_PAGES);
  }

  #upstreams(): readonly { readonly id: number; readonly name: string }[] {
    return this.#database
      .all("SELECT id, name FROM upstream ORDER BY id")
      .map((row) => ({ id: Number(row["id"]), name: String(row["name"]) }));
  }

  #upstream(name: string): number {
    const row = this.#database.get("SELECT id FROM upstream WHERE name = ?", [name]);
    if (row === undefined) throw new RangeError(`the queue has no upstream ${name}`);
    return Number(row["id"]);
  }
}

type Tail<List extends readonly unknown[]> = List extends readonly [unknown, ...infer Rest] ? Rest : never;

/** What of a lane an upstream does not have; `cursor` may be missing. */
const PENDING = `(lane.accepted - coalesce(
  cursor.skipped + cursor.forwarded + cursor.set_aside + cursor.dropped + cursor.expired, 0))`;

const COUNT_ACCEPTED = `
  INSERT INTO lane (id, next_seq, last_at, accepted) VALUES (?1, 1 + ?2, ?3, 1)
  ON CONFLICT (id) DO UPDATE SET next_seq = next_seq + ?2, last_at = max(last_at, ?3), accepted = accepted + 1
  RETURNING next_seq`;

const INSERT_MESSAGE = `
  INSERT INTO message (lane, seq, points, kind, alias, at, expires_at, era, body)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`;

/** The sizes are read first, and without the bodies, so that large messages beyond the limit stay on disk. */
const OLDEST = `
  SELECT message.seq, points, kind, alias, at, body FROM (
    SELECT seq, bytes, sum(bytes) OVER (ORDER BY seq) AS total FROM (
      SELECT seq, length(body) AS bytes FROM message WHERE lane = ? AND seq >= ? ORDER BY seq LIMIT ?
    )
  ) AS head JOIN message ON message.lane = ? AND message.seq = head.seq
  WHERE head.total <= ? OR head.total = head.bytes
  ORDER BY message.seq`;

const COUNT_UP_TO = "SELECT count(*) AS messages FROM message WHERE lane = ? AND seq >= ? AND seq < ?";

const MOVE_CURSOR = `
  INSERT INTO cursor (upstream, lane, next_seq, forwarded, set_aside) VALUES (?1, ?2, ?3, ?4, ?5)
  ON CONFLICT (upstream, lane) DO UPDATE
  SET next_seq = max(next_seq, ?3), forwarded = forwarded + ?4, set_aside = set_aside + ?5`;

const SET_ASIDE = `
  INSERT INTO set_aside (upstream, lane, seq, points, kind, alias, at, body, reason, set_aside_at)
  SELECT ?1, lane, seq, points, kind, alias, at, body, ?2, ?3 FROM message WHERE lane = ?4 AND seq = ?5
  RETURNING points`;

const REPLAY = `
  INSERT INTO message (lane, seq, points, kind, alias, at, body)
  SELECT lane, ?1, points, kind, alias, at, body FROM set_aside WHERE id = ?2`;

const SLOWEST = `
  SELECT min(coalesce(cursor.next_seq, 1)) AS seq FROM upstream
  LEFT JOIN cursor ON cursor.upstream = upstream.id AND cursor.lane = ?`;

const TOTALS = `
  SELECT total(${PENDING}) AS queued, total(cursor.forwarded) AS forwarded, total(cursor.set_aside) AS set_aside,
    total(cursor.dropped) AS dropped, total(cursor.expired) AS expired
  FROM lane LEFT JOIN cursor ON cursor.lane = lane.id AND cursor.upstream = ?`;

/** Shrinks the file after a backlog, 4 MB with each batch that leaves a lane empty, so that no commit takes long. */
const GIVE_BACK_PAGES = "PRAGMA incremental_vacuum(1024)";

function readMessage(row: SqlRow): QueuedMessage {
  return {
    kind: row["kind"] === "record" ? "record" : "write",
    alias: String(row["alias"]),
    body: row["body"] instanceof Uint8Array ? byteString(row["body"]) : "",
    seq: Number(row["seq"]),
    points: Number(row["points"]),
    at: Number(row["at"]),
  };
}
