/**
 * What the data of each device has cost since gmq was started. A batch holds messages of one device only, so that a request
 * is that device's with every byte.
 *
 * @see docs/reference/local-control.md
 */
import type { Random } from "@gateway-engine/core/random";
import type { DeviceTraffic, QueueTrafficAnswer, RequestTraffic } from "@gateway-engine/protocol/local-control";
import { describeDevice, type QueueDevice } from "../spool/message.ts";

/** @param device its number in the queue */
export type CountTraffic = (device: number, cost: RequestTraffic) => void;

/** What comes from further devices is counted under `other`. */
export const MAX_COUNTED_DEVICES = 200;

const OTHER = -1;

type Purpose = RequestTraffic["purpose"];

interface DeviceCounter {
  messages: number;
  bytes: number;
  readonly requests: Map<Purpose, RequestTraffic>;
}

export class TrafficCounters {
  readonly #devices: { device(id: number): QueueDevice | undefined };
  readonly #life: string;
  readonly #counters = new Map<number, DeviceCounter>();

  constructor(devices: { device(id: number): QueueDevice | undefined }, random: Random) {
    this.#devices = devices;
    this.#life = Buffer.from(random.bytes(8)).toString("hex");
  }

  /** A message of the device was handed in, and is on disk. @param bytes of its body */
  accepted(device: number, bytes: number): void {
    const counter = this.#counterOf(device);
    counter.messages += 1;
    counter.bytes += bytes;
  }

  requested(device: number, cost: RequestTraffic): void {
    const { requests } = this.#counterOf(device);
    requests.set(cost.purpose, sumOf(cost, requests.get(cost.purpose)));
  }

  report(): QueueTrafficAnswer {
    return { life: this.#life, devices: Array.from(this.#counters, ([id, counter]) => this.#describe(id, counter)) };
  }

  #counterOf(device: number): DeviceCounter {
    const known = this.#counters.get(device);
    if (known !== undefined) return known;
    const key = this.#counters.size < MAX_COUNTED_DEVICES ? device : OTHER;
    const counter = this.#counters.get(key) ?? { messages: 0, bytes: 0, requests: new Map() };
    this.#counters.set(key, counter);
    return counter;
  }

  #describe(id: number, { messages, bytes, requests }: DeviceCounter): DeviceTraffic {
    return { device: this.#nameOf(id), accepted: { messages, bytes }, requests: [...requests.values()] };
  }

  /** A CIK is a secret, so that a device of which nothing else is known has its number for a name. */
  #nameOf(id: number): string {
    const device = this.#devices.device(id);
    if (device === undefined) return "other";
    if (device.isGateway) return "gateway";
    return device.identity === undefined ? `CIK-only device ${id}` : describeDevice(device);
  }
}

function sumOf(one: RequestTraffic, other: RequestTraffic | undefined): RequestTraffic {
  if (other === undefined) return one;
  return {
    purpose: one.purpose,
    requests: one.requests + other.requests,
    sent: one.sent + other.sent,
    received: one.received + other.received,
  };
}
