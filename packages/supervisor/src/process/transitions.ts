/**
 * Where a process goes next: supervisord's state machine as a pure function.
 *
 * It differs from the original where that loses time or tells an untruth: a process is started again on the very event
 * of its exit, and a dead process is never called RUNNING.
 *
 * @see docs/reference/supervisor.md#states
 */
import type { MonotonicMs } from "@gateway-engine/core/clock";
import type { ProcessConfig } from "../config/model.ts";
import { checkFailed, ready, tryAfterFailedCheck } from "./checked-run.ts";
import { describeRun, type EndedRun } from "./ended-run.ts";
import type { EventOf, ProcessEvent } from "./process-event.ts";
import { afterRun } from "./restart-policy.ts";
import { failedStart, follow, NO_ATTEMPTS, startOnRequest, tryToStart } from "./retries.ts";
import { attemptsOf, isStartable, type ProcessState } from "./state.ts";
import { enter, type ProcessEffect, type Step, stay, withEffects } from "./step.ts";
import { beginToStop, giveUp, kill, stop } from "./stopping.ts";

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
  return isStartable(state) ? startOnRequest(state, at) : stay(state);
}

function spawned(state: ProcessState, pid: number, at: MonotonicMs, config: ProcessConfig): Step {
  if (state.name !== "STARTING" || state.pid !== undefined) return stay(state);
  const alive: ProcessState = { name: "STARTING", pid, since: at, ...attemptsOf(state) };
  const log: ProcessEffect = { kind: "log", level: "INFO", message: `spawned: '${config.name}' with pid ${pid}` };
  if (state.unwanted === true) return withEffects([log], stop(alive, config));
  return { state: alive, effects: [log, { kind: "timer", ms: config.startsecs * 1000 }] };
}

function spawnFailed(state: ProcessState, failure: EventOf<"spawn-failed">, config: ProcessConfig): Step {
  if (state.name !== "STARTING") return stay(state);
  const { reason } = failure;
  const log: ProcessEffect = { kind: "log", level: "INFO", message: `spawnerr: ${reason}` };
  if (state.unwanted === true) return enter(state, { name: "STOPPED" }, log);
  return withEffects([log], failedStart(state, failure, config));
}

function adopted(state: ProcessState, event: EventOf<"adopted">, config: ProcessConfig): Step {
  if (state.name !== "STOPPED") return stay(state);
  const { pid, at } = event;
  const message = `adopted: '${config.name}' with pid ${pid}, left by an earlier supervisord`;
  const log: ProcessEffect = { kind: "log", level: "INFO", message };
  if (event.fate !== "keep") {
    const stopping = { name: "STOPPING", pid } as const;
    const doomed = event.fate === "restart" ? ({ ...stopping, thenStart: true } as const) : stopping;
    return withEffects([log], beginToStop(state, doomed, config));
  }
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

function signalFailed(state: ProcessState, reason: string): Step {
  if (state.name !== "RUNNING" && state.name !== "STARTING" && state.name !== "STOPPING") return stay(state);
  if (state.pid === undefined) return stay(state);
  return enter(state, { name: "UNKNOWN", pid: state.pid, reason }, { kind: "log", level: "CRIT", message: reason });
}

function exited(state: ProcessState, event: EventOf<"exited">, config: ProcessConfig): Step {
  const run = describeRun(event.exit, config);
  switch (state.name) {
    case "STOPPING": {
      const stopped = enter(state, { name: "STOPPED" }, { kind: "exit-status", status: run.status }, run.stopped);
      if (state.thenStart === true && event.mayRestart) return withEffects(stopped.effects, startAnew(stopped.state));
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

function startAnew(state: ProcessState): Step {
  return { state, effects: [{ kind: "start-anew" }] };
}

function exitedWhileStarting(
  state: ProcessState & { name: "STARTING" },
  event: EventOf<"exited">,
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
  event: EventOf<"exited">,
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

const TOO_QUICKLY = "Exited too quickly (process log may have details)";
