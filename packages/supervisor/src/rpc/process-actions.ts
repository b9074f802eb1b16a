/** What can be done to a process from afar. Each action resolves when it is done, or is refused with an RpcFault. */
import { parseSignal } from "../config/signals.ts";
import { dependsOn } from "../dependencies/names.ts";
import type { DaemonLog } from "../logs/daemon-log.ts";
import type { Launcher } from "../process/launcher.ts";
import type { ManagedProcess } from "../process/managed-process.ts";
import { isRunning, isSignallable, isStartable, isStoppable, isStopped, pidOf } from "../process/state.ts";
import { nextOutcome, untilReady, untilStopped } from "../process/waits.ts";
import type { Wishes } from "../process/wishes.ts";
import { RpcFault } from "./fault.ts";
import { namespecOf } from "./lookup.ts";

/** Does one thing to one process. */
export type ProcessAction = (process: ManagedProcess) => Promise<void>;

export interface StartDeps {
  readonly launcher: Launcher;
  readonly wishes: Wishes;
  readonly log: DaemonLog;
}

/**
 * Faults: NO_FILE, NOT_EXECUTABLE, ALREADY_STARTED, FAILED; when waiting also SPAWN_ERROR, ABNORMAL_TERMINATION.
 *
 * A process that is being stopped is not started; as with the original, only who waits is told so.
 */
export function startAction({ launcher, wishes, log }: StartDeps, wait: boolean, signal: AbortSignal): ProcessAction {
  return async (process) => {
    const name = namespecOf(process);
    const found = launcher.find(process.config);
    if (!found.ok) {
      const { kind, message } = found.problem;
      throw new RpcFault(kind === "no-file" ? "NO_FILE" : "NOT_EXECUTABLE", message);
    }
    if (isRunning(process.state)) throw new RpcFault("ALREADY_STARTED", name);
    if (process.state.name === "UNKNOWN") throw new RpcFault("FAILED", `${name} is in an unknown process state`);
    if (!isStartable(process.state)) {
      log.write("WARN", `process '${process.config.name}' already running`);
      if (wait) throw new RpcFault("ABNORMAL_TERMINATION", name);
      return;
    }
    wishes.remember(process.config, "started");
    if (!wait) return process.start();
    const outcome = nextOutcome(process, signal);
    process.start();
    switch (await outcome) {
      case "RUNNING":
        if (await untilReady(process, signal)) return;
        throw new RpcFault("SPAWN_ERROR", name);
      case "stuck":
      case "BACKOFF":
      case "FATAL":
        throw new RpcFault("SPAWN_ERROR", name);
      default:
        throw new RpcFault("ABNORMAL_TERMINATION", name);
    }
  };
}

/** Faults: NOT_RUNNING, FAILED. */
export function stopAction(wishes: Wishes, wait: boolean, signal: AbortSignal): ProcessAction {
  return async (process) => {
    if (!isStoppable(process.state)) throw new RpcFault("NOT_RUNNING", namespecOf(process));
    wishes.remember(process.config, "stopped");
    process.stop();
    if (process.state.name === "UNKNOWN") throw new RpcFault("FAILED", process.state.reason);
    if (wait && !isStopped(process.state)) await untilStopped(process, signal);
  };
}

/** The same for each of many: none is stopped before those of them that depend on it. */
export function stopInOrderAction(
  processes: readonly ManagedProcess[],
  stop: ProcessAction,
  signal: AbortSignal,
): ProcessAction {
  return async (process) => {
    const dependents = processes.filter(({ config }) => dependsOn(config, process.config));
    for (const dependent of dependents) await untilStopped(dependent, signal);
    await stop(process);
  };
}

/** Faults: BAD_SIGNAL, NOT_RUNNING, FAILED. */
export function signalAction(wanted: string): ProcessAction {
  return async (process) => {
    const parsed = parseSignal(wanted);
    if (!parsed.ok) throw new RpcFault("BAD_SIGNAL", wanted);
    if (!isSignallable(process.state)) throw new RpcFault("NOT_RUNNING", namespecOf(process));
    const problem = process.signal(parsed.value);
    if (problem !== undefined) {
      const target = `${namespecOf(process)} (${pidOf(process.state)})`;
      throw new RpcFault("FAILED", `unknown problem sending sig ${target}: ${problem}`);
    }
  };
}

/** Faults: FAILED. */
export function clearLogsAction(): ProcessAction {
  return async (process) => {
    try {
      process.streams.clearLogs();
    } catch {
      throw new RpcFault("FAILED", namespecOf(process));
    }
  };
}
