import { deviceOfLane, type Lane, type Priority } from "../spool/lane.ts";
import { describeDevice, type MessageKind, type QueueDevice } from "../spool/message.ts";
import { DeviceForwarder } from "./device-forwarder.ts";
import { Gate } from "./gate.ts";
import type { ForwarderSpool, LaneForwarderDeps } from "./lane-forwarder.ts";
import type { Sender } from "./sender.ts";

export interface UpstreamForwarderDeps extends Pick<LaneForwarderDeps, "config" | "clock" | "random" | "log"> {
  readonly spool: ForwarderSpool & {
    device(id: number): QueueDevice | undefined;
    waiting(upstream: string): Promise<readonly Lane[]>;
  };
}

/** A server that data goes to. */
export interface Upstream {
  readonly name: string;
  readonly sender: Sender;
  /** Resolves when the device has a CIK there that is not `refused`; rejects only when the program ends. */
  obtainCik(device: number, refused: string | undefined): Promise<string>;
}

/** Lanes that send at the same time; the urgent ones do not wait for others that hang. */
const PARALLEL_SENDS: Readonly<Record<Priority, number>> = { high: 4, normal: 4, low: 2 };

/** Empties the queues of all devices into one upstream, several at a time. */
export class UpstreamForwarder {
  readonly #upstream: Upstream;
  readonly #deps: UpstreamForwarderDeps;
  readonly #gates = {
    high: new Gate(PARALLEL_SENDS.high),
    normal: new Gate(PARALLEL_SENDS.normal),
    low: new Gate(PARALLEL_SENDS.low),
  };
  readonly #stopped = new AbortController();
  readonly #devices = new Map<number, DeviceForwarder>();
  readonly #problems = new Map<Lane, string>();

  constructor(upstream: Upstream, deps: UpstreamForwarderDeps) {
    this.#upstream = upstream;
    this.#deps = deps;
  }

  /** Why data waits for it: the newest reason of any device; undefined: it does not, as far as is known. */
  get problem(): string | undefined {
    return [...this.#problems.values()].at(-1);
  }

  /** Takes up what is in the queue. */
  async start(): Promise<void> {
    for (const lane of await this.#deps.spool.waiting(this.#upstream.name)) this.queued(lane, "record");
  }

  /** A message of this lane is on disk. */
  queued(lane: Lane, messageKind: MessageKind): void {
    const device = this.#deps.spool.device(deviceOfLane(lane));
    if (device !== undefined && !this.#stopped.signal.aborted) this.#forwarderOf(device).queued(lane, messageKind);
  }

  /** Sends now what waits for company or for its next try. */
  drain(): void {
    for (const each of this.#devices.values()) each.drain();
  }

  configChanged(): void {
    for (const device of this.#devices.values()) device.configChanged();
  }

  /** Ends at once: what was not acknowledged is still on disk, and is sent again by the next run. */
  stop(): void {
    this.#stopped.abort();
    this.#upstream.sender.close();
  }

  #forwarderOf(device: QueueDevice): DeviceForwarder {
    const known = this.#devices.get(device.id);
    if (known !== undefined) return known;
    const { name, sender } = this.#upstream;
    const made = new DeviceForwarder(
      {
        ...this.#deps,
        upstream: name,
        device,
        sender,
        gates: this.#gates,
        obtainCik: (refused) => this.#upstream.obtainCik(device.id, refused),
        report: (lane, problem) => this.#report(lane, problem),
        log: this.#deps.log.named(describeDevice(device)),
      },
      this.#stopped.signal,
    );
    this.#devices.set(device.id, made);
    return made;
  }

  #report(lane: Lane, problem: string | undefined): void {
    this.#problems.delete(lane);
    if (problem !== undefined) this.#problems.set(lane, problem);
  }
}
