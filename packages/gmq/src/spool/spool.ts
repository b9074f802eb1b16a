/**
 * The queue, for the rest of the program. Whatever a method promises is on disk when its promise resolves.
 *
 * Devices are few and held in memory; messages are many and are not.
 */
import type { Boot } from "@gateway-engine/core/boot";
import type { Clock } from "@gateway-engine/core/clock";
import { StorageError } from "@gateway-engine/core/errors";
import type { Logger } from "@gateway-engine/core/logger";
import type { StoreThread } from "@gateway-engine/platform/store-thread";
import type { DeviceIdentity } from "@gateway-engine/protocol/device-api";
import { DeviceRow } from "./device-row.ts";
import { Devices } from "./devices.ts";
import type { BatchLimits } from "./heads.ts";
import { deviceOfLane, type Lane, laneOf } from "./lane.ts";
import type { ListedMessage } from "./listing.ts";
import type { Head, MessageRange, Progress, QueueDevice, QueuedMessage, StoredMessage, Submission } from "./message.ts";
import type { NewDevice } from "./new-device.ts";
import type { Limits } from "./room/budget.ts";
import type { Losses, SpoolStore, StoredCik, UpkeepOutcome } from "./spool-store.ts";
import type { StoredTimes } from "./time/era-rows.ts";
import type { Truth } from "./time/moment.ts";
import { type ServerTime, Settlement } from "./time/settlement.ts";
import { stamp } from "./time/stamp.ts";
import { Timekeeper } from "./time/timekeeper.ts";
import type { SpoolTotals } from "./totals.ts";

export interface SpoolDeps {
  readonly clock: Clock;
  readonly boot: Boot;
  /** Milliseconds after which a message is worth nothing that says nothing else; undefined: it is always worth something. */
  readonly defaultTtlMs: () => number | undefined;
  readonly log: Logger;
}

/** What the file says when it is opened. */
interface Opened {
  readonly id: string;
  readonly devices: readonly DeviceRow[];
  readonly times: StoredTimes;
}

export class Spool {
  /** Random, made with the file. */
  readonly id: string;
  readonly #thread: StoreThread<SpoolStore>;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #time: Timekeeper;
  readonly #defaultTtlMs: () => number | undefined;
  readonly #settlement: Settlement;
  readonly #devices: Devices;
  #refused = 0;
  #onChange: () => void = () => {};

  /** @param thread closed with the spool */
  static async open(thread: StoreThread<SpoolStore>, deps: SpoolDeps): Promise<Spool> {
    try {
      const [id, devices, times] = await Promise.all([thread.read("id"), thread.read("devices"), thread.read("times")]);
      return new Spool({ id, devices: devices.map(DeviceRow.read), times }, thread, deps);
    } catch (error) {
      await thread.close();
      throw error;
    }
  }

  private constructor({ id, devices, times }: Opened, thread: StoreThread<SpoolStore>, deps: SpoolDeps) {
    this.id = id;
    this.#thread = thread;
    this.#clock = deps.clock;
    this.#log = deps.log;
    this.#defaultTtlMs = deps.defaultTtlMs;
    this.#devices = new Devices(devices);
    const settlement = new Settlement({ store: (truth) => thread.write("settle", truth), log: deps.log });
    this.#settlement = settlement;
    this.#time = new Timekeeper(times, { ...deps, settle: (truth) => void settlement.settleLater(truth) });
    this.#time.read();
  }

  /** How a server is asked for the time, while this machine's clock is not set. */
  askTimeBy(ask: ServerTime): void {
    this.#settlement.askBy(ask);
  }

  /** Messages that were not accepted since the spool was opened, as there was no room. */
  get refused(): number {
    return this.#refused;
  }

  /** Calls `listener` after each change of what is queued. */
  onChange(listener: () => void): void {
    this.#onChange = listener;
  }

  devices(): readonly QueueDevice[] {
    return this.#devices.all();
  }

  device(id: number): QueueDevice | undefined {
    return this.#devices.find(id);
  }

  /** The device of this identity, made if it is new. It reaches the disk with its first message or CIK. */
  deviceOf(identity: DeviceIdentity): QueueDevice {
    return this.#devices.named(identity);
  }

  /** The gateway, while it has no identity: what is accepted for it waits for one. */
  gatewayItself(): QueueDevice {
    return this.#devices.named({ vendor: "", model: "", serial: "" });
  }

  /** The device that uses this CIK now. */
  findByCik(cik: string): QueueDevice | undefined {
    return this.#devices.withCik(cik);
  }

  /** A device of which nothing but its CIK is known. */
  deviceOfCik(cik: string): QueueDevice {
    const device = this.#devices.named({ vendor: "", model: "", serial: cik });
    this.#devices.setCik(device, cik);
    return device;
  }

  /**
   * Resolves when the message is on disk, behind all earlier ones of the device and priority.
   *
   * @throws StorageError E_DISK_FULL when there is no room for it
   */
  async accept(id: number, submission: Submission): Promise<void> {
    const device = this.#devices.get(id);
    const { ttlMs = this.#defaultTtlMs() } = submission;
    const message = this.#message(device, { ...submission, ttlMs });
    await this.#thread.write("accept", message, unlessStored(device)).catch((error: unknown) => {
      if (error instanceof StorageError && error.code === "E_DISK_FULL") this.#refused += 1;
      throw error;
    });
    device.stored = true;
    this.#onChange();
    this.#log.debug(`accepted ${submission.kind} of device ${id}, ${submission.body.length} bytes`);
  }

  /** Accepts what says that other messages were lost, of which `reported` are counted in it, even when there is no room for others. */
  async report(id: number, submission: Submission, reported: number): Promise<void> {
    const device = this.#devices.get(id);
    await this.#thread.write("report", this.#message(device, submission), unlessStored(device), reported);
    device.stored = true;
    this.#onChange();
  }

  /** Queues a message of an earlier time behind those that are there. @param times in microseconds since 1970 */
  async importMessage(
    id: number,
    { kind, alias, body, points, priority }: Submission,
    { at, expiresAt }: Pick<StoredMessage, "at" | "expiresAt">,
  ): Promise<void> {
    const device = this.#devices.get(id);
    const { wall, queueTime } = this.#time.read();
    const message: StoredMessage = {
      lane: laneOf(id, priority),
      kind,
      alias,
      body,
      points,
      at,
      lastAt: 0,
      acceptedAt: queueTime,
      expiresAt: expiresAt === null ? null : expiresAt - wall + queueTime,
      era: undefined,
    };
    await this.#thread.write("accept", message, newDevice(device));
    device.stored = true;
    this.#onChange();
  }

  /** Queues messages again that are set aside. @returns the device of each */
  replay(ids: readonly number[]): Promise<readonly number[]> {
    return this.#thread.write("replay", ids);
  }

  /** The next messages of a device behind `after`. */
  async listQueued(
    id: number,
    after: Pick<ListedMessage, "lane" | "seq"> | undefined,
    count: number,
  ): Promise<readonly ListedMessage[]> {
    const { wall, queueTime } = this.#time.read();
    const messages = await this.#thread.read("listQueued", id, after, count);
    return messages.map((message) => {
      const { expiresAt } = message;
      return expiresAt === null ? message : { ...message, expiresAt: expiresAt - queueTime + wall };
    });
  }

  /** Messages that are set aside, with a higher id than `after`. */
  listSetAside(after: number, count: number): Promise<readonly ListedMessage[]> {
    return this.#thread.read("listSetAside", after, count);
  }

  deviceOfLane(lane: Lane): QueueDevice | undefined {
    return this.#devices.find(deviceOfLane(lane));
  }

  /**
   * The next messages of a lane that `upstream` does not have; undefined: it has all.
   *
   * @throws TransportError when the clock was not set at their time, and the time is still not known
   */
  async head(upstream: string, lane: Lane, limits: BatchLimits): Promise<Head | undefined> {
    for (let settled = false; ; ) {
      const head = await this.#thread.read("head", upstream, lane, limits, this.#time.read().queueTime);
      if (head?.isExpired === true) {
        await this.#thread.write("expire", upstream, lane, this.#time.read().queueTime, limits.from);
      } else if (head?.isUnsettled === true && !settled) {
        await this.#settlement.settle(await this.#truth(upstream, lane));
        settled = true;
      } else {
        return head;
      }
    }
  }

  /** Whether all of these messages are still to be sent: none was given up, and none has expired. */
  holds(lane: Lane, { first, last, messages }: MessageRange): Promise<boolean> {
    const { queueTime } = this.#time.read();
    return this.#thread.read("holds", lane, { first, last, messages: { length: messages.length } }, queueTime);
  }

  progress(upstream: string, lane: Lane): Promise<Progress> {
    return this.#thread.read("progress", upstream, lane);
  }

  /** Takes what `upstream` has off the queue. */
  async acknowledge(upstream: string, lane: Lane, progress: Progress): Promise<void> {
    await this.#thread.write("acknowledge", upstream, lane, progress);
    this.#onChange();
    this.#log.debug(`${upstream} has lane ${lane} up to ${progress.nextSeq}`);
  }

  /** Takes a message out of the queue that `upstream` refuses, the oldest of the lane, and keeps it with the reason. */
  async setAside(upstream: string, lane: Lane, { seq }: QueuedMessage, reason: string): Promise<void> {
    await this.#thread.write("setAside", upstream, { lane, seq, reason, now: this.#clock.now() });
    this.#onChange();
    this.#log.debug(`message ${seq} of lane ${lane} is set aside: ${upstream} refuses it`);
  }

  losses(): Promise<Losses> {
    return this.#thread.read("losses");
  }

  setLimits(limits: Limits): Promise<void> {
    return this.#thread.write("setLimits", limits);
  }

  /** A step of what keeps the file in order. */
  upkeep(): Promise<UpkeepOutcome> {
    return this.#thread.write("upkeep", this.#time.read().queueTime);
  }

  /** Milliseconds until the queue's own time is `at`, in microseconds. */
  msUntil(at: number): number {
    return (at - this.#time.read().queueTime) / 1000;
  }

  /** Makes the file as small as what is in it. */
  shrink(): Promise<void> {
    return this.#thread.read("shrink");
  }

  /** Keeps room on the disk that deleting may need. */
  keepReserve(): Promise<void> {
    return this.#thread.read("keepReserve");
  }

  /** Keeps the queue's own time for the next run. */
  saveTime(): Promise<void> {
    return this.#thread.write("saveTime", this.#time.save());
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
    const device = this.#devices.get(id);
    this.#devices.setCik(device, cik);
    await this.#thread.write("keepCik", newDevice(device));
    device.stored = true;
  }

  async markCikRefused(id: number, cik: string): Promise<void> {
    const device = this.#devices.get(id);
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

  #message(device: DeviceRow, { kind, alias, body, points, span, priority, ttlMs }: Submission): StoredMessage {
    const { wall, era, queueTime } = this.#time.read();
    const at = stamp(wall, device.lastAt);
    device.lastAt = at + span - 1;
    return {
      lane: laneOf(device.id, priority),
      kind,
      alias,
      body,
      points,
      at,
      lastAt: device.lastAt,
      acceptedAt: queueTime,
      expiresAt: ttlMs === undefined ? null : queueTime + ttlMs * 1000,
      era,
    };
  }

  #truth(upstream: string, lane: Lane): Promise<Truth> {
    return this.#settlement.truth(this.#time, upstream, this.#devices.get(deviceOfLane(lane)));
  }
}

/** To be stored along with a message of it. */
function unlessStored(device: DeviceRow): NewDevice | undefined {
  return device.stored ? undefined : newDevice(device);
}

function newDevice({ id, vendor, model, serial, cik }: DeviceRow): NewDevice {
  return { id, vendor, model, serial, cik };
}
