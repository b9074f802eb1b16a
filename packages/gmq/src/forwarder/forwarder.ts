import type { QueueDevice } from "../spool/message.ts";
import { describeDevice } from "../spool/message.ts";
import { MAIN_UPSTREAM } from "../spool/schema.ts";
import { DeviceForwarder, type ForwarderDeps } from "./device-forwarder.ts";
import { Gate } from "./gate.ts";

/** Devices that send at the same time. */
const PARALLEL_SENDS = 4;

/** Empties the queues of all devices, several at a time. */
export class Forwarder {
  readonly #deps: ForwarderDeps;
  readonly #gate = new Gate(PARALLEL_SENDS);
  readonly #stopped = new AbortController();
  readonly #devices = new Map<number, DeviceForwarder>();

  constructor(deps: ForwarderDeps) {
    this.#deps = deps;
  }

  /** Takes up what an earlier run left in the queue. */
  async start(): Promise<void> {
    for (const device of await this.#deps.spool.waiting(MAIN_UPSTREAM)) this.queued(device, "record");
  }

  /** A message of this device is on disk. */
  queued(id: number, messageKind: "write" | "record"): void {
    const device = this.#deps.spool.device(id);
    if (device !== undefined) this.#forwarderOf(device).queued(messageKind);
  }

  /** Sends now what waits for company or for its next try. */
  drain(): void {
    for (const device of this.#devices.values()) device.drain();
  }

  configChanged(): void {
    for (const device of this.#devices.values()) device.configChanged();
  }

  /** Ends at once: what was not acknowledged is still on disk, and is sent again by the next run. */
  stop(): void {
    this.#stopped.abort();
  }

  #forwarderOf(device: QueueDevice): DeviceForwarder {
    const known = this.#devices.get(device.id);
    if (known !== undefined) return known;
    const log = this.#deps.log.named(describeDevice(device));
    const forwarder = new DeviceForwarder(device, { ...this.#deps, log }, this.#gate, this.#stopped.signal);
    this.#devices.set(device.id, forwarder);
    return forwarder;
  }
}
