/**
 * The queue, for the rest of the program. Whatever a method promises is on disk when its promise resolves.
 *
 * Devices are few and held in memory; messages are many and are not.
 */
import type { Clock } from "@gateway-engine/core/clock";
import type { Logger } from "@gateway-engine/core/logger";
import type { StoreThread } from "@gateway-engine/platform/store-thread";
import type { DeviceIdentity } from "@gateway-engine/protocol/device-api";
import { DeviceRow } from "./device-row.ts";
import { deviceOfLane, type Lane, laneOf } from "./lane.ts";
import type { ListedMessage } from "./listing.ts";
import type { Head, Progress, QueueDevice, QueuedMessage, StoredMessage, Submission } from "./message.ts";
import type { BatchLimits, NewDevice, SpoolStore, SpoolTotals, StoredCik } from "./spool-store.ts";

export interface SpoolDeps {
  readonly clock: Clock;
  readonly log: Logger;
}

export class Spool {
  /** Random, made with the file. */
  readonly id: string;
  readonly #thread: StoreThread<SpoolStore>;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #devices = new Map<number, DeviceRow>();
  readonly #byIdentity = new Map<string, DeviceRow>();
  readonly #byCik = new Map<string, DeviceRow>();
  #lastId = 0;

  /** @param thread closed with the spool */
  static async open(thread: StoreThread<SpoolStore>, deps: SpoolDeps): Promise<Spool> {
    try {
      const [id, devices] = await Promise.all([thread.read("id"), thread.read("devices")]);
      return new Spool(id, thread, devices.map(DeviceRow.read), deps);
    } catch (error) {
      await thread.close();
      throw error;
    }
  }

  private constructor(
    id: string,
    thread: StoreThread<SpoolStore>,
    devices: readonly DeviceRow[],
    { clock, log }: SpoolDeps,
  ) {
    this.id = id;
    this.#thread = thread;
    this.#clock = clock;
    this.#log = log;
    for (const device of devices) this.#remember(device);
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

  /** The gateway, while it has no identity: what is accepted for it waits for one. */
  gatewayItself(): QueueDevice {
    return this.#deviceNamed("", "", "");
  }

  /** The device that uses this CIK now. */
  findByCik(cik: string): QueueDevice | undefined {
    return this.#byCik.get(cik);
  }

  /** A device of which nothing but its CIK is known. */
  deviceOfCik(cik: string): QueueDevice {
    const device = this.#deviceNamed("", "", cik);
    this.#setCik(device, cik);
    return device;
  }

  /** Resolves when the message is on disk, behind all earlier ones of the device and priority. */
  async accept(id: number, submission: Submission): Promise<void> {
    const device = this.#row(id);
    const { kind, alias, body, points, span, priority, ttlMs } = submission;
    const now = this.#clock.now() * 1000;
    const at = Math.max(now, device.lastAt + 1);
    device.lastAt = at + span - 1;
    await this.#thread.write(
      "accept",
      {
        lane: laneOf(id, priority),
        kind,
        alias,
        body,
        points,
        at,
        lastAt: device.lastAt,
        expiresAt: ttlMs === undefined ? null : now + ttlMs * 1000,
        era: 0,
      },
      device.stored ? undefined : newDevice(device),
    );
    device.stored = true;
    this.#log.debug(`accepted ${kind} of device ${id}, ${body.length} bytes`);
  }

  /** Queues a message of an earlier time behind those that are there. @param times in microseconds since 1970 */
  async importMessage(
    id: number,
    { kind, alias, body, points, priority }: Submission,
    times: Pick<StoredMessage, "at" | "expiresAt">,
  ): Promise<void> {
    const device = this.#row(id);
    const message = { lane: laneOf(id, priority), kind, alias, body, points, ...times };
    await this.#thread.write("importMessage", message, newDevice(device));
    device.stored = true;
  }

  /** Queues messages again that are set aside. @returns the device of each */
  replay(ids: readonly number[]): Promise<readonly number[]> {
    return this.#thread.write("replay", ids);
  }

  /** The next messages of a device behind `after`. */
  listQueued(
    id: number,
    after: Pick<ListedMessage, "lane" | "seq"> | undefined,
    count: number,
  ): Promise<readonly ListedMessage[]> {
    return this.#thread.read("listQueued", id, after, count);
  }

  /** Messages that are set aside, with a higher id than `after`. */
  listSetAside(after: number, count: number): Promise<readonly ListedMessage[]> {
    return this.#thread.read("listSetAside", after, count);
  }

  deviceOfLane(lane: Lane): QueueDevice | undefined {
    return this.#devices.get(deviceOfLane(lane));
  }

  /** The next messages of a lane that `upstream` does not have; undefined: it has all. */
  head(upstream: string, lane: Lane, limits: BatchLimits): Promise<Head | undefined> {
    return this.#thread.read("head", upstream, lane, limits);
  }

  progress(upstream: string, lane: Lane): Promise<Progress> {
    return this.#thread.read("progress", upstream, lane);
  }

  /** Takes what `upstream` has off the queue. */
  async acknowledge(upstream: string, lane: Lane, progress: Progress): Promise<void> {
    await this.#thread.write("acknowledge", upstream, lane, progress);
    this.#log.debug(`${upstream} has lane ${lane} up to ${progress.nextSeq}`);
  }

  /** Takes a message out of the queue that `upstream` refuses, the oldest of the lane, and keeps it with the reason. */
  async setAside(upstream: string, lane: Lane, message: QueuedMessage, reason: string): Promise<void> {
    await this.#thread.write("setAside", upstream, lane, message.seq, { reason, now: this.#clock.now() });
    this.#log.debug(`message ${message.seq} of lane ${lane} is set aside: ${upstream} refuses it`);
  }

  /** Lanes with messages that `upstream` does not have. */
  waiting(upstream: string): Promise<readonly Lane[]> {
    return this.#thread.read("waiting", upstream);
  }

  /** Makes `names` the upstreams beside the main one. */
  setUpstreams(names: readonly string[]): Promise<void> {
    return this.#thread.write("setUpstreams", names);
  }

  async keepCik(id: number, cik: string): Promise<void> {
    const device = this.#row(id);
    this.#setCik(device, cik);
    await this.#thread.write("keepCik", newDevice(device));
    device.stored = true;
  }

  async markCikRefused(id: number, cik: string): Promise<void> {
    const device = this.#row(id);
    if (device.cik !== cik || device.cikRefused) return;
    device.cikRefused = true;
    await this.#thread.write("markCikRefused", newDevice(device));
    device.stored = true;
  }

  /** The CIKs of all devices at an upstream beside the main one. */
  ciksAt(upstream: string): Promise<readonly StoredCik[]> {
    return this.#thread.read("ciksAt", upstream);
  }

  keepCikAt(upstream: string, cik: StoredCik): Promise<void> {
    return this.#thread.write("keepCikAt", upstream, cik);
  }

  totals(): Promise<SpoolTotals> {
    return this.#thread.read("totals");
  }

  /** Microseconds since 1970 of the oldest message of all devices. */
  oldestAt(): Promise<number | undefined> {
    return this.#thread.read("oldestAt");
  }

  close(): Promise<void> {
    return this.#thread.close();
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
    if (device.cik !== "") this.#byCik.set(device.cik, device);
  }

  #setCik(device: DeviceRow, cik: string): void {
    if (this.#byCik.get(device.cik) === device) this.#byCik.delete(device.cik);
    device.cik = cik;
    device.cikRefused = false;
    this.#byCik.set(cik, device);
  }

  #row(id: number): DeviceRow {
    const device = this.#devices.get(id);
    if (device === undefined) throw new RangeError(`the queue has no device ${id}`);
    return device;
  }
}

function newDevice({ id, vendor, model, serial, cik }: DeviceRow): NewDevice {
  return { id, vendor, model, serial, cik };
}

function identityKey(vendor: string, model: string, serial: string): string {
  return `${vendor}\n${model}\n${serial}`;
}
