/** A server that takes messages, and what it is told: keep each before you acknowledge it, as far as you can. */
import type { Peer } from "../measurement.ts";
import type { ProtocolName } from "./load/protocols.ts";

export interface QueuePeer extends Peer {
  readonly protocol: ProtocolName;
  /** Resolves when it takes connections on 127.0.0.1. */
  readonly start: (setting: Setting) => Promise<RunningQueue>;
}

export interface Setting {
  /** An empty folder. */
  readonly folder: string;
  /** Added to its environment. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface RunningQueue {
  readonly pid: number;
  readonly port: number;
  /** Whatever it has kept is of no more use. */
  readonly stop: () => Promise<void>;
}
