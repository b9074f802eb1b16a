/**
 * The queue on disk, as a store for a thread of its own: every method is synchronous, and one that changes something is
 * called within a transaction. Beside the database it keeps only what can be measured again, so a transaction that is undone
 * leaves no trace.
 *
 * `now` is the queue's own time, in microseconds.
 */
import type { SqlDatabase } from "@gateway-engine/core/sql";
import { Acceptance, type Arrival } from "./acceptance.ts";
import { Cursors, PENDING } from "./cursors.ts";
import { type BatchLimits, Heads, type StoredHead } from "./heads.ts";
import { deviceOfLane, type Lane } from "./lane.ts";
import { type ListedMessage, listQueued, listSetAside } from "./listing.ts";
import type { MessageRange, Progress, StoredMessage } from "./message.ts";
import { keepDevice, type NewDevice } from "./new-device.ts";
import type { Limits } from "./room/budget.ts";
import { type QueueDisk, Room } from "./room/room.ts";
import { Shedding } from "./room/shedding.ts";
import { MAIN_UPSTREAM } from "./schema.ts";
import { type Refused, SetAside } from "./set-aside.ts";
import { EraRows, type StoredTimes } from "./time/era-rows.ts";
import type { Truth } from "./time/moment.ts";
import type { SavedTime } from "./time/queue-time.ts";
import { oldestAtOf, type SpoolTotals, totalsOf } from "./totals.ts";
import { giveBackUnused, nextExpiry, removeExpired, removeExpiredOf, removeLeftovers } from "./upkeep-steps.ts";

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

/** What a step of upkeep has done. */
export interface UpkeepOutcome {
  /** Whether another step would do something at once. */
  readonly more: boolean;
  /** Whether the file can be made smaller by `shrink`. */
  readonly gaveBack: boolean;
  /** When the next message expires, in the queue's own time. */
  readonly nextExpiry: number | undefined;
  readonly losses: Losses;
}

/** Since the queue was made; a message counts for each upstream that did not get it. */
export interface Losses {
  readonly dropped: number;
  readonly expired: number;
  readonly discarded: number;
  /** Dropped and discarded messages that were reported. */
  readonly reported: number;
}

export class SpoolStore {
  readonly #database: SqlDatabase;
  readonly #cursors: Cursors;
  readonly #heads: Heads;
  readonly #room: Room;
  readonly #disk: QueueDisk;
  readonly #shedding: Shedding;
  readonly #setAside: SetAside;
  readonly #eras: EraRows;
  readonly #acceptance: Acceptance;

  constructor(database: SqlDatabase, disk: QueueDisk, limits: Limits) {
    this.#database = database;
    this.#disk = disk;
    this.#cursors = new Cursors(database);
    this.#heads = new Heads(database, this.#cursors);
    this.#room = new Room(database, disk, limits);
    this.#shedding = new Shedding(database, this.#cursors);
    this.#setAside = new SetAside(database, this.#cursors, this.#room);
    this.#eras = new EraRows(database);
    this.#acceptance = new Acceptance({
      database,
      cursors: this.#cursors,
      room: this.#room,
      shedding: this.#shedding,
      eras: this.#eras,
    });
  }

  /** Random, made with the file. */
  id(): string {
    return String(this.#database.get("SELECT id FROM spool")?.["id"]);
  }

  times(): StoredTimes {
    return this.#eras.times();
  }

  saveTime(time: SavedTime): void {
    this.#eras.saveTime(time);
  }

  /** Makes times of a clock that was not set right, as far as `truth` says. @returns messages whose time is estimated */
  settle(truth: Truth): number {
    return this.#eras.settle(truth);
  }

  setLimits(limits: Limits): void {
    this.#room.limits = limits;
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
    const known = new Set(this.#cursors.upstreams().map(({ name }) => name));
    for (const { id, name } of this.#cursors.upstreams()) {
      if (wanted.has(name)) continue;
      database.run("DELETE FROM cursor WHERE upstream = ?", [id]);
      database.run("DELETE FROM upstream_cik WHERE upstream = ?", [id]);
      database.run("DELETE FROM upstream WHERE id = ?", [id]);
      for (const row of database.all("SELECT id FROM lane")) this.#cursors.removeWhatAllHave(Number(row["id"]));
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
  }

  /**
   * @param device given when it may not be on disk yet
   * @throws StorageError E_DISK_FULL when there is no room, and none can be made
   */
  accept(message: StoredMessage, device: NewDevice | undefined): void {
    this.#acceptance.accept([[message, device]]);
  }

  /** The same for messages that arrive together; all or none. */
  acceptAll(arrivals: readonly Arrival[]): void {
    this.#acceptance.accept(arrivals);
  }

  /** Accepts what says that others were lost: `reported` of them. It is taken even when there is no room for others. */
  report(message: StoredMessage, device: NewDevice | undefined, reported: number): void {
    this.#acceptance.store([[message, device]]);
    this.#database.run("UPDATE spool SET reported = ?", [reported]);
  }

  /** Queues messages again that are set aside; their times stay. @returns the device of each */
  replay(ids: readonly number[]): readonly number[] {
    return ids.flatMap((id) => {
      const row = this.#database.get("SELECT lane, points FROM set_aside WHERE id = ?", [id]);
      if (row === undefined) return [];
      const [lane, points] = [Number(row["lane"]), Number(row["points"])];
      const seq = this.#acceptance.numberOf(lane, points);
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

  keepCik(device: NewDevice): void {
    keepDevice(this.#database, device);
    this.#database.run("UPDATE device SET cik = ?, cik_refused = 0 WHERE id = ?", [device.cik, device.id]);
  }

  markCikRefused(device: NewDevice): void {
    keepDevice(this.#database, device);
    this.#database.run("UPDATE device SET cik_refused = 1 WHERE id = ?", [device.id]);
  }

  /** The CIKs of all devices at an upstream beside the main one. */
  ciksAt(upstream: string): readonly StoredCik[] {
    const sql = "SELECT device, cik, refused FROM upstream_cik WHERE upstream = ?";
    return this.#database.all(sql, [this.#cursors.idOf(upstream)]).map((row) => ({
      device: Number(row["device"]),
      cik: String(row["cik"]),
      refused: row["refused"] === 1,
    }));
  }

  keepCikAt(upstream: string, { device, cik, refused }: StoredCik): void {
    const sql = "INSERT OR REPLACE INTO upstream_cik (upstream, device, cik, refused) VALUES (?, ?, ?, ?)";
    this.#database.run(sql, [this.#cursors.idOf(upstream), device, cik, refused ? 1 : 0]);
  }

  /** Lanes with messages that `upstream` does not have. */
  waiting(upstream: string): readonly Lane[] {
    const rows = this.#database.all(
      `SELECT lane.id FROM lane LEFT JOIN cursor ON cursor.lane = lane.id AND cursor.upstream = ?
        WHERE ${PENDING} > 0`,
      [this.#cursors.idOf(upstream)],
    );
    return rows.map((row) => Number(row["id"]));
  }

  /** The next messages of a lane that `upstream` does not have; undefined: it has all. */
  head(upstream: string, lane: Lane, limits: BatchLimits, now: number): StoredHead | undefined {
    return this.#heads.of(this.#cursors.idOf(upstream), lane, limits, now);
  }

  /** Whether all of these messages are there, and none has expired. */
  holds(lane: Lane, range: MessageRange, now: number): boolean {
    return this.#heads.holds(lane, range, now);
  }

  progress(upstream: string, lane: Lane): Progress {
    return this.#cursors.progress(this.#cursors.idOf(upstream), lane);
  }

  /** `upstream` has everything of the lane up to `nextSeq`. */
  acknowledge(upstream: string, lane: Lane, { nextSeq, moved }: Progress): void {
    const id = this.#cursors.idOf(upstream);
    this.#cursors.pass(id, lane, nextSeq, "forwarded");
    this.#cursors.keepMoved(id, lane, moved);
  }

  /** Keeps a message that `upstream` refuses, the oldest of the lane, with the reason. */
  setAside(upstream: string, refused: Refused): void {
    this.#setAside.keep(this.#cursors.idOf(upstream), refused);
  }

  /** Removes messages at the front of a lane whose time is over. */
  expire(upstream: string, lane: Lane, now: number, from?: number): void {
    removeExpiredOf(this.#database, this.#cursors, { upstream: this.#cursors.idOf(upstream), lane, now, from });
  }

  totals(): SpoolTotals {
    return totalsOf(this.#database, this.#cursors, this.#eras);
  }

  /** Microseconds since 1970 of the oldest message of all devices. */
  oldestAt(): number | undefined {
    return oldestAtOf(this.#database);
  }

  losses(): Losses {
    const lost = this.#database.get("SELECT total(dropped) AS dropped, total(expired) AS expired FROM cursor");
    const discarded = this.#cursors.upstreams().reduce((sum, upstream) => sum + upstream.discarded, 0);
    return {
      dropped: Number(lost?.["dropped"]),
      expired: Number(lost?.["expired"]),
      discarded,
      reported: Number(this.#database.get("SELECT reported FROM spool")?.["reported"]),
    };
  }

  /** A step of what keeps the file in order. */
  upkeep(now: number): UpkeepOutcome {
    removeExpired(this.#database, this.#cursors, now);
    const leftovers = removeLeftovers(this.#database, this.#cursors);
    const unused = giveBackUnused(this.#room);
    const due = nextExpiry(this.#database);
    return {
      more: leftovers || unused.more || (due !== undefined && due <= now),
      gaveBack: unused.bytes > 0,
      nextExpiry: due,
      losses: this.losses(),
    };
  }

  /** Makes the file on disk as small as the database. Called outside of a transaction. */
  shrink(): void {
    // Somebody who reads the file is not waited for.
    this.#database.all("PRAGMA busy_timeout = 0");
    this.#database.all("PRAGMA wal_checkpoint(TRUNCATE)");
    this.#database.all("PRAGMA busy_timeout = 5000");
  }

  /** Takes the room that deleting needs on a full disk, while there is plenty. Called outside of a transaction. */
  keepReserve(): void {
    const { reserve } = this.#room.budget;
    if (this.#disk.reserveBytes() >= reserve) return;
    if (this.#disk.freeBytes() - reserve >= this.#room.limits.minFreeDisk) this.#disk.keepReserve(reserve);
  }

  /** A commit failed: gives up the room that was kept for that, so that what only deletes succeeds. Called outside of a transaction. */
  relieve(): void {
    if (!this.#disk.releaseReserve()) return;
    // The log begins anew after it, and needs no more room.
    this.#database.all("PRAGMA wal_checkpoint(PASSIVE)");
  }
}

type Tail<List extends readonly unknown[]> = List extends readonly [unknown, ...infer Rest] ? Rest : never;

const REPLAY = `
  INSERT INTO message (lane, seq, points, kind, alias, at, era, body)
  SELECT lane, ?1, points, kind, alias, at, era, body FROM set_aside WHERE id = ?2`;
