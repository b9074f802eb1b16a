/**
 * The values of the options that the original does not have: of `[gateway-engine]` and of `[gateway-engine:x]`.
 *
 * @see docs/reference/supervisor-extras.md
 */
import type { Health, Readiness } from "../probes/probe.ts";
import type { Schedule } from "../schedule/schedule.ts";

export interface DaemonExtras {
  /** What becomes of children that a killed daemon left behind. */
  readonly orphans: "adopt" | "stop";
  /** How the daemon's own log is written: in the original's lines, or as JSON. */
  readonly logFormat: "raw" | "json";
  /** Its old logs are compressed. */
  readonly logCompress: boolean;
  readonly logRotate: LogRotate;
  /** Files with variables for every program; a `-` before one that may be missing. */
  readonly environmentFiles: readonly string[];
  /** What is told of a process has members that the original's has not. */
  readonly extendedStatus: boolean;
  /** A changed group can be updated without its processes that did not change. */
  readonly updateInPlace: boolean;
  readonly stopOrder: StopOrder;
  /** Absolute path of the control group under which programs with limits get theirs; undefined: the daemon's own. */
  readonly cgroup: string | undefined;
  /** The file that remembers what was stopped and started by hand; undefined: nothing does. */
  readonly stateFile: string | undefined;
}

/**
 * Which processes are stopped together, and which wait for others to end.
 *
 * - original: a shutdown goes by descending priority of the groups, each group at once; every other stop is at once
 * - reverse: every stop goes by descending priority, those of the same priority at once
 * - parallel: every stop is at once, the shutdown too
 */
export type StopOrder = "original" | "reverse" | "parallel";

/** When a log is put aside: when it is full, or also with the first output of a day. */
export type LogRotate = "size" | "daily";

export interface ProgramExtras {
  /** How its output is written down: as it is, or line by line with the time. */
  readonly logFormat: "raw" | "stamped" | "json";
  /** Its old logs are compressed. */
  readonly logCompress: boolean;
  readonly logRotate: LogRotate;
  readonly restarts: RestartPolicy;
  readonly limits: ResourceLimits;
  /** Files with variables; a `-` before one that may be missing. */
  readonly environmentFiles: readonly string[];
  /** When it has ended, what it started and left behind is ended too. */
  readonly killLeftovers: boolean;
  /** Programs, groups and processes that have to be ready before it is started. */
  readonly dependsOn: readonly string[];
  readonly readiness: Readiness | undefined;
  readonly health: Health | undefined;
  /** When it is started, besides on request. */
  readonly schedule: Schedule | undefined;
  /** Its end is the end of the daemon. */
  readonly essential: boolean;
  readonly hooks: Hooks;
}

/** Commands around a run. */
export interface Hooks {
  readonly preStart: string | undefined;
  readonly postStop: string | undefined;
  /** For each of them. */
  readonly timeoutMs: number;
}

/** When a program is started again that nobody asked to start, beyond what `startretries` and `autorestart` say. */
export interface RestartPolicy {
  /** The wait before the first restart of a series; undefined: the original's waits. */
  readonly initialMs: number | undefined;
  /** How much longer each wait is than the one before. */
  readonly factor: number;
  /** Where waits stop to grow. A run that lasts this long ends the series. */
  readonly maxMs: number | undefined;
  /** One restart more makes it FATAL. */
  readonly limit: RestartLimit | undefined;
  /** Failed starts are tried again without end, whatever `startretries` says. */
  readonly endless: boolean;
  /** How long FATAL lasts until it is tried again; undefined: until somebody starts it. */
  readonly fatalRetryMs: number | undefined;
}

/** undefined: as the daemon's own. */
export interface ResourceLimits {
  /** Of all its processes together. */
  readonly memoryMaxBytes: number | undefined;
  /** How many CPUs it may keep busy: 0.5 is half of one. */
  readonly cpuMax: number | undefined;
  readonly pidsMax: number | undefined;
  /** Of each of its processes. */
  readonly openFiles: number | undefined;
  readonly coreBytes: number | undefined;
}

/** At most so many restarts in so long. */
export interface RestartLimit {
  readonly restarts: number;
  readonly withinMs: number;
}

export const DAEMON_EXTRA_DEFAULTS: DaemonExtras = {
  orphans: "adopt",
  logFormat: "raw",
  logCompress: false,
  logRotate: "size",
  environmentFiles: [],
  extendedStatus: false,
  updateInPlace: false,
  stopOrder: "original",
  cgroup: undefined,
  stateFile: undefined,
};

export const RESTART_DEFAULTS: RestartPolicy = {
  initialMs: undefined,
  factor: 2,
  maxMs: undefined,
  limit: undefined,
  endless: false,
  fatalRetryMs: undefined,
};

export const LIMIT_DEFAULTS: ResourceLimits = {
  memoryMaxBytes: undefined,
  cpuMax: undefined,
  pidsMax: undefined,
  openFiles: undefined,
  coreBytes: undefined,
};

export const PROGRAM_EXTRA_DEFAULTS: ProgramExtras = {
  logFormat: "raw",
  logCompress: false,
  logRotate: "size",
  environmentFiles: [],
  restarts: RESTART_DEFAULTS,
  limits: LIMIT_DEFAULTS,
  dependsOn: [],
  readiness: undefined,
  health: undefined,
  schedule: undefined,
  essential: false,
  hooks: { preStart: undefined, postStop: undefined, timeoutMs: 30_000 },
  killLeftovers: false,
};
