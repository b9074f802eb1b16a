/**
 * The reports that a gateway writes into its aliases, each as one JSON text.
 *
 * @see docs/reference/aliases.md
 */

/** Alias `engine_report`. */
export interface EngineReport {
  /** One element an application, keyed by its name. */
  readonly apps: readonly Readonly<Record<string, AppReport>>[];
  /** Which engine this is, for example `2.0.0`. */
  readonly build: string;
  /** Seconds between two check-ins. */
  readonly interval: number;
}

export interface AppReport {
  readonly exitstatus: number;
  /** supervisor's name of the state, for example RUNNING; empty for an application without a program. */
  readonly status: string;
  /** `0:00:20`, or empty when it does not run. */
  readonly uptime: string;
  /** What stands after `.v` in the package's name; empty when the engine did not install it. */
  readonly version: string;
  /** When it runs; so are CPU and memory, which are of all processes that it is made of. */
  readonly pid?: number;
  /** How often it was started again; missing for an application without a program. */
  readonly restarts?: number;
  /** Since it was started. */
  readonly cpu_seconds?: number;
  /** Of one processor, since the last report, or since it was started when that was later. */
  readonly cpu_percent?: number;
  /** Bytes. */
  readonly memory?: number;
  /** Since when the version is in force, in milliseconds since 1970; missing when the engine does not know. */
  readonly since?: number;
}

/** Alias `usage_report`: interface, then group (a program or CIK), then source of the traffic. */
export type UsageReport = Readonly<Record<string, InterfaceUsage>>;

export interface InterfaceUsage {
  readonly top_consumer: string;
  readonly [group: string]: string | Readonly<Record<string, SourceUsage>>;
}

/** Bytes, and the number of requests. */
export interface SourceUsage {
  readonly num: number;
  readonly tot_rx: number;
  readonly max_rx: number;
  readonly tot_tx: number;
  readonly max_tx: number;
}

/** Alias `fetch_status`: the latest result of a command, or an uncaught error of the engine. */
export interface FetchStatus {
  /** `ok`, or what went wrong in one word. `rebooted`: the machine restarted while a package that runs once ran. */
  readonly status: "ok" | "rebooted" | "failed" | "interrupted" | "rejected" | "superseded" | "error";
  /** One line for a person. */
  readonly message: string;
  /** What was ordered, when it was not an install. */
  readonly verb?: string;
  /** The package's file name, or the application's name, when the command named one. */
  readonly name?: string;
  readonly deployment?: string;
  /** The package checks, one line a rule. */
  readonly test?: readonly string[];
  /** Standard output and error of the install script; the last part of it when it is long. */
  readonly info?: string;
  /** The last lines that the program logged, when it is the program that failed. */
  readonly log?: readonly string[];
  /** Files that a rollback could not put back, each with the reason. */
  readonly not_restored?: readonly string[];
  /** The state of the install journal in which it ended. */
  readonly state?: string;
  /** Error code, see docs/reference/errors.md. */
  readonly code?: string;
}

/** Alias `deployment_status`: how far the install that is under way has come; the latest only, nothing waits for it. */
export interface DeploymentStatus {
  /** Id of the order in the gateway's journal. */
  readonly install: string;
  /** What was ordered, when it was not an install. */
  readonly verb?: string;
  /** The package's file name; of other verbs the application's name, or the command. */
  readonly name: string;
  readonly deployment?: string;
  /** A state of the install journal. */
  readonly state: string;
  /** Bytes that are here, and bytes in all, while it is downloading. */
  readonly received?: number;
  readonly total?: number;
  /** Seconds that the download is expected to take from now on. */
  readonly seconds_left?: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** One line for a person; may be empty. */
  readonly message: string;
}
