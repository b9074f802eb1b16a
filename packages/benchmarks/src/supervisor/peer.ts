/** A process supervisor to be measured, and what it is given to do. */

import type { Peer } from "../measurement.ts";

export interface SupervisorPeer extends Peer {
  /** Resolves when it answers; programs that start by themselves may still be starting. */
  readonly start: (workload: Workload, setting: Setting) => Promise<RunningPeer>;
}

/** The same program many times. */
export interface Workload {
  /** No argument holds a blank. */
  readonly command: readonly string[];
  readonly programs: number;
  /** Otherwise they are started on request. */
  readonly autostart: boolean;
  readonly autorestart: boolean;
  readonly stopWaitSecs: number;
  /** How each program's output is kept; missing: as the peer does when it is told nothing. */
  readonly log?: LogWorkload;
}

export interface LogWorkload {
  readonly maxBytes: number;
  readonly backups: number;
}

export interface Setting {
  /** An empty folder. */
  readonly folder: string;
  /** The Node that programs written for Node run on. */
  readonly node: string;
}

export interface RunningPeer {
  /** Of the daemon. */
  readonly pid: number;
  /** What can be asked of it; what it has no way to do is missing. */
  readonly operations: Readonly<Partial<Record<Operation, () => Promise<unknown>>>>;
  /** The current log of the first program, where it keeps one. */
  readonly logFile: string | undefined;
  /** Replaces what is configured, without telling the daemon. */
  readonly configure: (workload: Workload) => void;
  /** Ends it, its programs included, whatever state they are in. */
  readonly stop: () => Promise<void>;
}

/** Each resolves when it is done for all programs. */
export type Operation =
  | "start all"
  | "stop all"
  /** The first program, alone. */
  | "stop one"
  /** By the command that a person types. */
  | "status command"
  /** By the call that the command makes. */
  | "status call"
  | "clear all"
  /** Reads what is configured, and changes nothing. */
  | "reread"
  /** Makes what runs that which is configured. */
  | "update";
