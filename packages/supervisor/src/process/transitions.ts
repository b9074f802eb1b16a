/**
 * Where a process goes next: supervisord's state machine as a pure function.
 *
 * It differs from the original where that loses time or tells an untruth: a process is started again on the very event
 * of its exit, and a dead process is never called RUNNING.
 *
 * @see docs/reference/supervisor.md#states
 */
import type { ChildExit } from "@gateway-engine/core/children";
import type { MonotonicMs } from "@gateway-engine/core/clock";
import type { Transition } from "@gateway-engine/core/state-machine";
import type { ProcessConfig } from "../config/model.ts";
import type { SignalName } from "../config/signals.ts";
import { afterFailedStart, afterRun, type RestartPlan, TOO_MANY_RETRIES } from "./restart-policy.ts";
import {
  type Attempts,
  attemptsOf,
  type EndedByCheck,
  type FailedCheck,
  type ProcessState,
  pidOf,
  reasonOf,
  type StateName,
} from "./state.ts";

export type ProcessEvent =
  | { readonly kind: "start"; readonly at: MonotonicMs }
  | { readonly kind: "spawned"; readonly pid: number; readonly at: MonotonicMs }
  | {
      readonly kind: "spawn-failed";
      readonly reason: string;
      readonly at: MonotonicMs;
      readonly mayRestart: boolean;
    }
  /** A child of an earlier daemon was found alive; `unwanted`: it is to be stopped. */
  | { readonly kind: "adopted"; readonly pid: number; readonly at: MonotonicMs; readonly unwanted: boolean }
  /** The timer of the state went off; for STARTING, only sent while the child lives. */
  | { readonly kind: "timer"; readonly at: MonotonicMs }
  | {
      readonly kind: "exited";
      readonly exit: ChildExit;
      readonly at: MonotonicMs;
      /** false while the daemon ends. */
      readonly mayRestart: boolean;
    }
  | { readonly kind: "stop" }
  /** What it waited for before its child was made is not waited for any more. */
  | { readonly kind: "called-off" }
  | { readonly kind: "ready" }
  | ({ readonly kind: "check-failed" } & FailedCheck)
  /** The daemon ends: nothing is tried again. */
  | { readonly kind: "give-up" }
  | { readonly kind: "signal-failed"; readonly reason: string };

export type ProcessEffect =
  | { readonly kind: "spawn" }
  /** Ends what is waited for before the child is made; a child that is being made already comes all the same. */
  | { readonly kind: "call-off" }
  | { readonly kind: "ready" }
  | { readonly kind: "signal"; readonly pid: number; readonly signal: SignalName; readonly group: boolean }
  /** Replaces the timer that is set; one that is set ends by itself when the state's name changes. */
  | { readonly kind: "timer"; readonly ms: number }
  /** A state was entered, if only in passing. */
  | ({ readonly kind: "entered"; readonly from: StateName; readonly to: StateName } & RunFacts)
  /** What the exit status of the run that just ended counts as; undefined: it has none worth showing. */
  | { readonly kind: "exit-status"; readonly status: number | undefined }
  | { readonly kind: "log"; readonly level: "INFO" | "WARN" | "CRIT"; readonly message: string };

/** What there is to say of a process in the instant in which it enters a state. */
export interface RunFacts {
  /** Of the run that has begun, or has just ended; undefined where there is none. */
  readonly pid: number | undefined;
  /** Starts in series that failed. */
  readonly tries: number;
  /** For EXITED: whether the exit status was an expected one. */
  readonly expected: boolean;
}

type Step = Transition<ProcessState, ProcessEffect>;

/** Total: an event that means nothing in a state leaves it as it is. */
export function next(state: ProcessState, event: ProcessEvent, config: ProcessConfig): Step {
  switch (event.kind) {
    case "start":
      return start(state, event.at);
    case "spawned":
      return spawned(state, event.pid, event.at, config);
    case "spawn-failed":
      return spawnFailed(state, event, config);
    case "adopted":
      return adopted(state, event, config);
    case "timer":
      return timerFired(state, event.at, config);
    case "exited":
      return exited(state, event, config);
    case "stop":
      return stop(state, config);
    case "called-off":
      return state.name === "STARTING" && state.pid === undefined ? enter(state, { name: "STOPPED" }) : stay(state);
    case "ready":
      return ready(state);
    case "check-failed":
      return checkFailed(state, event, config);
    case "give-up":
      return giveUp(state);
    case "signal-failed":
      return signalFailed(state, event.reason);
  }
}

function start(state: ProcessState, at: MonotonicMs): Step {
  const startable = state.name === "STOPPED" || state.name === "EXITED" || state.name === "FATAL";
  return startable ? tryToStart(state, at, NO_ATTEMPTS) : stay(state);
}

function tryToStart(from: ProcessState, at: MonotonicMs, attempts: Attempts): Step {
  return enter(from, { name: "STARTING", pid: undefined, since: at, ...attemptsOf(attempts) }, { kind: "spawn" });
}

function spawned(state: ProcessState, pid: number, at: MonotonicMs, config: ProcessConfig): Step {
  if (state.name !== "STARTING" || state.pid !== undefined) return stay(state);
  const alive: ProcessState = { name: "STARTING", pid, since: at, ...attemptsOf(state) };
  const log: ProcessEffect = { kind: "log", level: "INFO", message: `spawned: '${config.name}' with pid ${pid}` };
  if (state.unwanted === true) return withEffects([log], stop(alive, config));
  return { state: alive, effects: [log, { kind: "timer", ms: config.startsecs * 1000 }] };
}

type FailedStart = Pick<ProcessEvent & { kind: "spawn-failed" }, "reason" | "at" | "mayRestart">;

function spawnFailed(state: ProcessState, failure: FailedStart, config: ProcessConfig): Step {
  if (state.name !== "STARTING") return stay(state);
  const { reason } = failure;
  const log: ProcessEffect = { kind: "log", level: "INFO", message: `spawnerr: ${reason}` };
  if (state.unwanted === true) return enter(state, { name: "STOPPED" }, log);
  return withEffects([log], failedStart(state, failure, config));
}

function failedStart(state: ProcessState & Attempts, failure: FailedStart, config: ProcessConfig): Step {
  const { reason, at, mayRestart } = failure;
  const plan = afterFailedStart(state, at, { ...config.extras.restarts, startretries: config.startretries });
  if (mayRestart) return follow(plan, { from: state, reason, at }, config);
  return surrender(plan.attempts, { from: state, reason }, TOO_MANY_RETRIES, config);
}

interface EndedTry {
  readonly from: ProcessState;
  /** How it ended. */
  readonly reason: string;
  readonly at: MonotonicMs;
}

function follow(plan: RestartPlan, { from, reason, at }: EndedTry, config: ProcessConfig): Step {
  switch (plan.kind) {
    case "at-once":
      return tryToStart(from, at, plan.attempts);
    case "after":
      return enter(from, { name: "BACKOFF", reason, ...plan.attempts }, { kind: "timer", ms: plan.ms });
    case "give-up": {
      const gaveUp = surrender(plan.attempts, { from, reason: plan.reason ?? reason }, plan.why, config);
      const { fatalRetryMs } = config.extras.restarts;
      if (fatalRetryMs === undefined) return gaveUp;
      const willRetry: ProcessState = { name: "FATAL", reason: plan.reason ?? reason, willRetry: true };
      return { state: willRetry, effects: [...gaveUp.effects, { kind: "timer", ms: fatalRetryMs }] };
    }
  }
}

/** By way of BACKOFF, as the original does: event listeners see both. */
function surrender(
  attempts: Attempts,
  { from, reason }: Pick<EndedTry, "from" | "reason">,
  why: string,
  { name }: ProcessConfig,
): Step {
  const backoff: ProcessState = { name: "BACKOFF", reason, ...attempts };
  const message = `gave up: ${name} entered FATAL state, ${why}`;
  const gaveUp = enter(backoff, { name: "FATAL", reason }, { kind: "log", level: "INFO", message });
  return withEffects(enter(from, backoff).effects, gaveUp);
}

/** It waits for no other try. */
function giveUp(state: ProcessState): Step {
  if (state.name === "FATAL" && state.willRetry === true) return enter(state, { name: "STOPPED" });
  return state.name === "BACKOFF" ? enter(state, { name: "FATAL", reason: state.reason }) : stay(state);
}

function adopted(state: ProcessState, event: ProcessEvent & { kind: "adopted" }, config: ProcessConfig): Step {
  if (state.name !== "STOPPED") return stay(state);
  const { pid, at } = event;
  const message = `adopted: '${config.name}' with pid ${pid}, left by an earlier supervisord`;
  const log: ProcessEffect = { kind: "log", level: "INFO", message };
  if (event.unwanted) return withEffects([log], beginToStop(state, { name: "STOPPING", pid }, config));
  return enter(state, { name: "RUNNING", pid, since: at, ...NO_ATTEMPTS }, log);
}

function timerFired(state: ProcessState, at: MonotonicMs, config: ProcessConfig): Step {
  switch (state.name) {
    case "STARTING":
      return state.pid === undefined ? stay(state) : stayedUp(state, state.pid, config);
    case "BACKOFF":
      return tryToStart(state, at, state);
    case "FATAL":
      return state.willRetry === true ? tryToStart(state, at, NO_ATTEMPTS) : stay(state);
    case "STOPPING":
      return kill(state, state.pid, config);
    default:
      return stay(state);
  }
}

function stayedUp(state: ProcessState & { name: "STARTING" }, pid: number, config: ProcessConfig): Step {
  const { name, startsecs } = config;
  const message = `success: ${name} entered RUNNING state, process has stayed up for > than ${startsecs} seconds (startsecs)`;
  const hasBegun = config.extras.readiness === undefined || state.ready === true;
  const running: ProcessState = {
    ...{ name: "RUNNING", pid, since: state.since, ...attemptsOf(state), failures: hasBegun ? 0 : state.failures },
    ...(state.ready === undefined ? {} : { ready: state.ready }),
  };
  return enter(state, running, { kind: "log", level: "INFO", message });
}

/** Only now is its start a success, and its failed starts are forgotten. */
function ready(state: ProcessState): Step {
  if (state.name === "STARTING" && state.pid !== undefined) return changed({ ...state, ready: true });
  if (state.name === "RUNNING") return changed({ ...state, ready: true, failures: 0 });
  return stay(state);
}

function changed(state: ProcessState): Step {
  return { state, effects: [{ kind: "ready" }] };
}

function kill(state: ProcessState, pid: number, config: ProcessConfig): Step {
  const message = `killing '${config.name}' (${pid}) with SIGKILL`;
  return {
    state,
    effects: [
      { kind: "log", level: "WARN", message },
      { kind: "signal", pid, signal: "SIGKILL", group: config.killasgroup },
      { kind: "timer", ms: config.stopwaitsecs * 1000 },
    ],
  };
}

function stop(state: ProcessState, config: ProcessConfig): Step {
  if (state.name === "BACKOFF") return enter(state, { name: "STOPPED" });
  if (state.name === "FATAL") return giveUp(state);
  if (state.name === "STOPPING") return stay({ name: "STOPPING", pid: state.pid });
  if (state.name !== "STARTING" && state.name !== "RUNNING") return stay(state);
  const { pid } = state;
  if (pid !== undefined) return beginToStop(state, { name: "STOPPING", pid }, config);
  return { state: { ...state, name: "STARTING", pid, unwanted: true }, effects: [{ kind: "call-off" }] };
}

function beginToStop(from: ProcessState, to: ProcessState & { name: "STOPPING" }, config: ProcessConfig): Step {
  const { stopsignal, stopasgroup, stopwaitsecs } = config;
  const signal: ProcessEffect = { kind: "signal", pid: to.pid, signal: stopsignal, group: stopasgroup };
  return enter(from, to, signal, { kind: "timer", ms: stopwaitsecs * 1000 });
}

/** Stops it as a stop request would, and remembers that it is wanted all the same. */
function checkFailed(state: ProcessState, { check, reason }: FailedCheck, config: ProcessConfig): Step {
  if ((state.name !== "STARTING" && state.name !== "RUNNING") || state.pid === undefined) return stay(state);
  const failed = { check, reason, since: state.since, ...attemptsOf(state) };
  const word = check === "readiness" ? "not ready" : "unhealthy";
  const log: ProcessEffect = { kind: "log", level: "WARN", message: `${word}: ${config.name} (${reason})` };
  return withEffects([log], beginToStop(state, { name: "STOPPING", pid: state.pid, failed }, config));
}

/** A program that never became ready failed to start; one that was well once is a run that ended. */
function tryAfterFailedCheck(
  from: ProcessState,
  failed: EndedByCheck,
  { at, mayRestart }: ExitEvent,
  config: ProcessConfig,
): Step {
  const { reason } = failed;
  if (!mayRestart) return stay(from);
  if (failed.check === "readiness")
    return failedStart({ ...from, ...attemptsOf(failed) }, { reason, at, mayRestart }, config);
  return follow(afterRun(failed, at - failed.since, at, config.extras.restarts), { from, reason, at }, config);
}

function signalFailed(state: ProcessState, reason: string): Step {
  if (state.name !== "RUNNING" && state.name !== "STARTING" && state.name !== "STOPPING") return stay(state);
  if (state.pid === undefined) return stay(state);
  return enter(state, { name: "UNKNOWN", pid: state.pid, reason }, { kind: "log", level: "CRIT", message: reason });
}

type ExitEvent = ProcessEvent & { kind: "exited" };

function exited(state: ProcessState, event: ExitEvent, config: ProcessConfig): Step {
  const run = describeRun(event.exit, config);
  switch (state.name) {
    case "STOPPING": {
      const stopped = enter(state, { name: "STOPPED" }, { kind: "exit-status", status: run.status }, run.stopped);
      if (state.failed === undefined) return stopped;
      return withEffects(stopped.effects, tryAfterFailedCheck(stopped.state, state.failed, event, config));
    }
    case "UNKNOWN":
      return enter(state, { name: "STOPPED" }, { kind: "exit-status", status: run.status }, run.stopped);
    case "STARTING":
      return exitedWhileStarting(state, event, run, config);
    case "RUNNING":
      return exitedWhileRunning(state, event, run, config);
    default:
      return stay(state);
  }
}

function exitedWhileStarting(
  state: ProcessState & { name: "STARTING" },
  event: ExitEvent,
  run: EndedRun,
  config: ProcessConfig,
): Step {
  if (state.pid === undefined) return stay(state);
  const tooQuickly = event.at - state.since < config.startsecs * 1000;
  if (!tooQuickly) {
    const up = stayedUp(state, state.pid, config);
    return withEffects(up.effects, next(up.state, event, config));
  }
  const log: ProcessEffect = {
    kind: "log",
    level: "WARN",
    message: `exited: ${config.name} (${run.how}; not expected)`,
  };
  const failed = failedStart(state, { ...event, reason: TOO_QUICKLY }, config);
  return withEffects([{ kind: "exit-status", status: undefined }, log], failed);
}

function exitedWhileRunning(
  state: ProcessState & { name: "RUNNING" },
  event: ExitEvent,
  run: EndedRun,
  config: ProcessConfig,
): Step {
  const reason = run.expected ? "" : `Bad exit code ${run.status}`;
  const ended = enter(state, { name: "EXITED", reason }, { kind: "exit-status", status: run.status }, run.exited);
  const wanted = config.autorestart === "always" || (config.autorestart === "unexpected" && !run.expected);
  if (!wanted || !event.mayRestart) return ended;
  const plan = afterRun(state, event.at - state.since, event.at, config.extras.restarts);
  const wait = { from: ended.state, reason: reason || "Exited", at: event.at };
  return withEffects(ended.effects, follow(plan, wait, config));
}

interface EndedRun {
  /** -1 when a signal ended it, or when nobody can know. */
  readonly status: number;
  readonly expected: boolean;
  readonly how: string;
  readonly exited: ProcessEffect;
  readonly stopped: ProcessEffect;
}

function describeRun(exit: ChildExit, config: ProcessConfig): EndedRun {
  const status = exit.kind === "status" ? exit.status : -1;
  const expected = exit.kind === "status" && config.exitcodes.includes(status);
  const how = describeExit(exit);
  const level = expected ? "INFO" : "WARN";
  const verdict = expected ? "expected" : "not expected";
  return {
    status,
    expected,
    how,
    exited: { kind: "log", level, message: `exited: ${config.name} (${how}; ${verdict})` },
    stopped: { kind: "log", level, message: `stopped: ${config.name} (${how})` },
  };
}

/** Such as `exit status 1` or `terminated by SIGKILL`. */
export function describeExit(exit: ChildExit): string {
  switch (exit.kind) {
    case "status":
      return `exit status ${exit.status}`;
    case "signal":
      return `terminated by ${exit.signal}${exit.because === undefined ? "" : ` (${exit.because})`}`;
    case "unseen":
      return "exit status -1, adopted";
  }
}

function enter(from: ProcessState, to: ProcessState, ...effects: readonly ProcessEffect[]): Step {
  const facts: RunFacts = {
    pid: pidOf(to) ?? pidOf(from),
    tries: "failures" in to ? to.failures : 0,
    expected: reasonOf(to) === "",
  };
  return { state: to, effects: [{ kind: "entered", from: from.name, to: to.name, ...facts }, ...effects] };
}

function stay(state: ProcessState): Step {
  return { state, effects: [] };
}

function withEffects(before: readonly ProcessEffect[], step: Step): Step {
  return { state: step.state, effects: [...before, ...step.effects] };
}

const NO_ATTEMPTS: Attempts = { failures: 0, briefRuns: 0 };

const TOO_QUICKLY = "Exited too quickly (process log may have details)";
