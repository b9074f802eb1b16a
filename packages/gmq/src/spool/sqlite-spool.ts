/**
 * The queue on disk. Whatever a method promises is on disk when its promise resolves.
 *
 * Devices are few and held in memory; messages are many and are not.
 */
import type { Clock } from "@gateway-engine/core/clock";
import type { Logger } from "@gateway-engine/core/logger";
import type { GroupCommitDatabase, SqlRow, SqlStatement } from "@gateway-engine/core/sql";
import type { DeviceIdentity } from "@gateway-engine/protocol/device-api";
import { DeviceRow, readDevice } from "./device-row.ts";
import type { QueueDevice, QueuedMessage, Submission } from "./message.ts";

export interface SpoolDeps {
  readonly database: GroupCommitDatabase;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface BatchLimits {
  readonly messages: number;
  /** Bytes of all bodies together; the first message is taken whatever its size. */
  readonly bytes: number;
}

export interface SpoolTotals {
  readonly queued: number;
  readonly forwarded: number;
  readonly setAside: number;
}

export class SqliteSpool {
  /** Random, made with the file. */
  readonly id: string;
  readonly #database: GroupCommitDatabase;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #devices = new Map<number, DeviceRow>();
  readonly #byIdentity = new Map<string, DeviceRow>();
  #lastId = 0;

  private constructor(id: string, deps: SpoolDeps, devices: readonly DeviceRow[]) {
    this.id = id;
    this.#database = deps.database;
    this.#clock = deps.clock;
    this.#log = deps.log;
    for (const device of devices) this.#remember(device);
  }

  static async open(deps: SpoolDeps): Promise<SqliteSpool> {
    const [spool] = await deps.database.read("SELECT id FROM spool");
    const devices = await deps.database.read("SELECT * FROM device");
    return new SqliteSpool(String(spool?.["id"]), deps, devices.map(readDevice));
  }

  devices(): readonly QueueDevice[] {
    return [...this.#devices.values()];
  }

  device(id: number): QueueDevice | undefined {
    return this.#devices.get(id);
  }

  /** The device of this identity, made if it is new. It reaches the disk with its first message or CIK. */
  deviceOf(identity: DeviceIdentity): QueueDevice {
    return this.#deviceNamed(identity.vendor, identity.model, identity.serial);
  }

  /** The device that uses this CIK now. */
  findByCik(cik: string): QueueDevice | undefined {
    return [...this.#devices.values()].find((device) => device.cik === cik);
  }

  /** A device of which nothing but its CIK is known. */
  deviceOfCik(cik: string): QueueDevice {
    const device = this.#deviceNamed("", "", cik);
    device.cik = cik;
    return device;
  }

  /** Resolves when the message is on disk, behind all earlier ones of the device. */
  async accept(id: number, submission: Submission): Promise<void> {
    const device = this.#row(id);
    const seq = device.nextSeq;
    const at = Math.max(this.#clock.now() * 1000, device.lastAt + 1);
    device.nextSeq += submission.points;
    device.lastAt = at + submission.span - 1;
    const { kind, alias, body, points } = submission;
    await this.#write(device, [
      {
        sql: "INSERT INTO message (device, seq, points, kind, alias, at, body) VALUES (?, ?, ?, ?, ?, ?, ?)",
        params: [id, seq, points, kind, alias, at, body],
      },
      {
        sql: "UPDATE device SET next_seq = ?, last_at = ?, accepted = accepted + 1 WHERE id = ?",
        params: [device.nextSeq, device.lastAt, id],
      },
    ]);
    device.accepted += 1;
    this.#log.debug(`accepted ${kind} ${seq} of device ${id}, ${body.length} bytes`);
  }

  /** The oldest messages of a device, with consecutive numbers. */
  async oldest(id: number, limits: BatchLimits): Promise<readonly QueuedMessage[]> {
    const rows = await this.#database.read(OLDEST, [id, limits.messages, id, limits.bytes]);
    const messages = rows.map(readMessage);
    const gap = messages.findIndex((message, index) => {
      const before = messages[index - 1];
      return before !== undefined && message.seq !== before.seq + before.points;
    });
    return gap === -1 ? messages : messages.slice(0, gap);
  }

  /** Takes messages off the queue, since the server has them. */
  async acknowledge(id: number, messages: readonly QueuedMessage[]): Promise<void> {
    const device = this.#row(id);
    const count = messages.length;
    await this.#write(device, [
      {
        sql: "DELETE FROM message WHERE device = ? AND seq BETWEEN ? AND ?",
        params: [id, messages[0]?.seq ?? 0, messages.at(-1)?.seq ?? -1],
      },
      { sql: "UPDATE device SET forwarded = forwarded + ? WHERE id = ?", params: [count, id] },
      ...(device.queued === count ? [GIVE_BACK_PAGES] : []),
    ]);
    device.forwarded += count;
    this.#log.debug(`${count} messages of device ${id} are off the queue`);
  }

  /** Takes a message out of the queue that the server refuses, and keeps it with the reason. */
  async setAside(id: number, message: QueuedMessage, reason: string): Promise<void> {
    const device = this.#row(id);
    await this.#write(device, [
      {
        sql: `INSERT INTO set_aside (device, seq, points, kind, alias, at, body, reason, set_aside_at)
          SELECT device, seq, points, kind, alias, at, body, ?, ? FROM message WHERE device = ? AND seq = ?`,
        params: [reason, this.#clock.now(), id, message.seq],
      },
      { sql: "DELETE FROM message WHERE device = ? AND seq = ?", params: [id, message.seq] },
      { sql: "UPDATE device SET set_aside = set_aside + 1 WHERE id = ?", params: [id] },
    ]);
    device.setAside += 1;
    this.#log.debug(`message ${message.seq} of device ${id} is set aside`);
  }

  async keepCik(id: number, cik: string): Promise<void> {
    const device = this.#row(id);
    device.cik = cik;
    device.cikRefused = false;
    await this.#write(device, [{ sql: "UPDATE device SET cik = ?, cik_refused = 0 WHERE id = ?", params: [cik, id] }]);
  }

  async markCikRefused(id: number, cik: string): Promise<void> {
    const device = this.#row(id);
    if (device.cik !== cik || device.cikRefused) return;
    device.cikRefused = true;
    await this.#write(device, [{ sql: "UPDATE device SET cik_refused = 1 WHERE id = ?", params: [id] }]);
  }

  totals(): SpoolTotals {
    const totals = { queued: 0, forwarded: 0, setAside: 0 };
    for (const device of this.#devices.values()) {
      totals.queued += device.queued;
      totals.forwarded += device.forwarded;
      totals.setAside += device.setAside;
    }
    return totals;
  }

  /** Microseconds since 1970 of the oldest message of all devices. */
  async oldestAt(): Promise<number | undefined> {
    const [row] = await this.#database.read(
      `SELECT min((SELECT at FROM message WHERE device = device.id ORDER BY seq LIMIT 1)) AS at FROM device`,
    );
    const at = row?.["at"];
    return typeof at === "number" ? at : undefined;
  }

  close(): Promise<void> {
    return this.#database.close();
  }

  async #write(device: DeviceRow, statements: readonly SqlStatement[]): Promise<void> {
    if (device.stored) {
      await this.#database.write(statements);
      return;
    }
    const { id, vendor, model, serial, cik } = device;
    const insert: SqlStatement = {
      sql: "INSERT OR IGNORE INTO device (id, vendor, model, serial, cik) VALUES (?, ?, ?, ?, ?)",
      params: [id, vendor, model, serial, cik],
    };
    await this.#database.write([insert, ...statements]);
    device.stored = true;
  }

  #deviceNamed(vendor: string, model: string, serial: string): DeviceRow {
    const known = this.#byIdentity.get(identityKey(vendor, model, serial));
    if (known !== undefined) return known;
    const device = new DeviceRow(this.#lastId + 1, { vendor, model, serial });
    this.#remember(device);
    return device;
  }

  #remember(device: DeviceRow): void {
    this.#lastId = Math.max(this.#lastId, device.id);
    this.#devices.set(device.id, device);
    this.#byIdentity.set(identityKey(device.vendor, device.model, device.serial), device);
  }

  #row(id: number): DeviceRow {
    const device = this.#devices.get(id);
    if (device === undefined) throw new RangeError(`the queue has no device ${id}`);
    return device;
  }
}

/** The sizes are read first, and without the bodies, so that large messages beyond the limit stay on disk. */
const OLDEST = `
  SELECT message.* FROM (
    SELECT seq, bytes, sum(bytes) OVER (ORDER BY seq) AS total FROM (
      SELECT seq, length(body) AS bytes FROM message WHERE device = ? ORDER BY seq LIMIT ?
    )
  ) AS head JOIN message ON message.device = ? AND message.seq = head.seq
  WHERE head.total <= ? OR head.total = head.bytes
  ORDER BY message.seq`;

/** Shrinks the file after a backlog, 4 MB with each batch that leaves a queue empty, so that no commit takes long. */
const GIVE_BACK_PAGES: SqlStatement = { sql: "PRAGMA incremental_vacuum(1024)" };

function readMessage(row: SqlRow): QueuedMessage {
  return {
    kind: row["kind"] === "record" ? "record" : "write",
    alias: String(row["alias"]),
    body: row["body"] instanceof Uint8Array ? row["body"] : new Uint8Array(),
    seq: Number(row["seq"]),
    points: Number(row["points"]),
    at: Number(row["at"]),
  };
}

function identityKey(vendor: string, model: string, serial: string): string {
  return JSON.stringify([vendor, model, serial]);
}
