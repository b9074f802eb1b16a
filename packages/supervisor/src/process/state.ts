/**
 * What a process can be in, with supervisor's names and numbers.
 *
 * On disk: a process with a pid has a record (`child-records.ts`), in every other state it has none.
 * After a restart of the daemon, a process with a living record begins in `running`, every other in `stopped`.
 */
import type { MonotonicMs } from "@gateway-engine/core/clock";

export const STATE_CODES = {
  STOPPED: 0,
  STARTING: 10,
  RUNNING: 20,
  BACKOFF: 30,
  STOPPING: 40,
  EXITED: 100,
  FATAL: 200,
  UNKNOWN: 1000,
} as const;

export type StateName = keyof typeof STATE_CODES;

export type ProcessState =
  | { readonly name: "STOPPED" }
  | ({
      readonly name: "STARTING";
      /** undefined until the child exists. */
      readonly pid: number | undefined;
      readonly since: MonotonicMs;
      /** It was asked to stop before it existed. */
      readonly unwanted?: true;
      readonly ready?: true;
    } & Attempts)
  | ({
      readonly name: "RUNNING";
      readonly pid: number;
      readonly since: MonotonicMs;
      /** Its readiness check has succeeded in this run. */
      readonly ready?: true;
    } & Attempts)
  | ({ readonly name: "BACKOFF"; readonly reason: string } & Attempts)
  | {
      readonly name: "STOPPING";
      readonly pid: number;
      /** It is being stopped because of this, and tried again; missing: nobody wants it any more. */
      readonly failed?: EndedByCheck;
      /** It is started anew when it has ended, as if somebody asked for it then. */
      readonly thenStart?: true;
    }
  | { readonly name: "EXITED"; readonly reason: string }
  | {
      readonly name: "FATAL";
      readonly reason: string;
      /** It is tried again by itself, after `fatal_retry`. */
      readonly willRetry?: true;
    }
  | { readonly name: "UNKNOWN"; readonly pid: number; readonly reason: string };

export interface Attempts {
  /** Starts in series that failed. */
  readonly failures: number;
  /** Runs in series that counted as started, yet ended within a second. */
  readonly briefRuns: number;
  /** undefined: it was not restarted since somebody started it. */
  readonly restarts?: RestartHistory;
}

/** What came before a restart, as far as the next one depends on it. */
export interface RestartHistory {
  /** Restarts since the program last ran for `backoff_max`. */
  readonly inSeries: number;
  /** When each restart was decided on that the limit still counts, oldest first. */
  readonly times: readonly MonotonicMs[];
}

export function attemptsOf({ failures, briefRuns, restarts }: Attempts): Attempts {
  return { failures, briefRuns, ...(restarts === undefined ? {} : { restarts }) };
}

/** A check of a program that lives found that it does not do its work. */
export interface FailedCheck {
  /** `readiness`: it never began to; `health`: it did once. */
  readonly check: "readiness" | "health";
  readonly reason: string;
}

/** What the run was that is ended because of it. */
export interface EndedByCheck extends FailedCheck, Attempts {
  readonly since: MonotonicMs;
}

/** Nothing of it runs, and nothing will without somebody's wish. */
export function isStopped({ name }: { readonly name: StateName }): boolean {
  return name === "STOPPED" || name === "EXITED" || name === "FATAL" || name === "UNKNOWN";
}

/** It runs, or is on its way to. */
export function isRunning(state: ProcessState): boolean {
  switch (state.name) {
    case "STARTING":
      return state.unwanted !== true;
    case "STOPPING":
      return state.failed !== undefined || state.thenStart === true;
    default:
      return state.name === "RUNNING" || state.name === "BACKOFF";
  }
}

/** A request to start it does something. */
export function isStartable({ name }: ProcessState): boolean {
  return name === "STOPPED" || name === "EXITED" || name === "FATAL";
}

/** There is something to stop: it runs, is on its way to, or will be tried again by itself. */
export function isStoppable(state: ProcessState): boolean {
  return isRunning(state) || (state.name === "FATAL" && state.willRetry === true);
}

export function isSignallable({ name }: ProcessState): boolean {
  return name === "RUNNING" || name === "STARTING" || name === "STOPPING";
}

export function pidOf(state: ProcessState): number | undefined {
  return "pid" in state ? state.pid : undefined;
}

/** Why it is where it is, in supervisord's words (`spawnerr`). */
export function reasonOf(state: ProcessState): string {
  return "reason" in state ? state.reason : "";
}
