/** What there is to say of a gateway at one moment. What could not be learned is null, and `problems` says why. */
import type { NetworkInterface } from "@gateway-engine/core/machine";
import type {
  AppStatus,
  HistoryEntry,
  InstallSummary,
  QueueStatusAnswer,
} from "@gateway-engine/protocol/local-control";

export interface GatewayState {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly identity: { readonly vendor: string; readonly model: string; readonly uuid: string };
  readonly activated: boolean;
  readonly server: string;
  /** When the server last answered the engine, in milliseconds since 1970; null: not since the engine was started. */
  readonly serverAnsweredAt: number | null;
  /** Seconds between two check-ins. */
  readonly updateInterval: number;
  readonly clock: { readonly sane: boolean; readonly synchronised: boolean | null };
  readonly interfaces: readonly NetworkInterface[];
  /** Bytes of the file system that holds the gateway's state. */
  readonly disk: Room | null;
  readonly memory: Room | null;
  readonly engine: { readonly version: string; readonly pid: number } | null;
  readonly programs: readonly ProgramState[] | null;
  readonly queue: Pick<QueueStatusAnswer, "version" | "queued" | "oldestAt" | "setAside" | "upstreams"> | null;
  readonly apps: readonly AppStatus[];
  /** What is being installed, with its progress. */
  readonly installing: readonly InstallSummary[];
  /** The last orders that failed and after which nothing of the same application went well, the newest first. */
  readonly failures: readonly HistoryEntry[];
  readonly trust: { readonly keys: number; readonly threshold: number; readonly required: boolean } | null;
  /** Files that cannot be used, in words. */
  readonly problems: readonly string[];
}

export interface Room {
  readonly total: number;
  readonly available: number;
}

/** A program of the supervisor. */
export interface ProgramState {
  readonly group: string;
  readonly name: string;
  readonly state: string;
  readonly exitStatus: number;
  readonly description: string;
}
