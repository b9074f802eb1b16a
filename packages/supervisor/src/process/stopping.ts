/** Ending a process: the stop signal, and after `stopwaitsecs` SIGKILL until it is dead. */
import type { ProcessConfig } from "../config/model.ts";
import type { ProcessState } from "./state.ts";
import { enter, type ProcessEffect, type Step, stay } from "./step.ts";

/** Also takes back that it is to be started again. */
export function stop(state: ProcessState, config: ProcessConfig): Step {
  switch (state.name) {
    case "STARTING":
      return state.pid === undefined
        ? callOff(state)
        : beginToStop(state, { name: "STOPPING", pid: state.pid }, config);
    case "RUNNING":
      return beginToStop(state, { name: "STOPPING", pid: state.pid }, config);
    case "BACKOFF":
      return enter(state, { name: "STOPPED" });
    case "FATAL":
      return giveUp(state);
    case "STOPPING":
      return stay({ name: "STOPPING", pid: state.pid });
    default:
      return stay(state);
  }
}

function callOff(state: ProcessState & { name: "STARTING" }): Step {
  return { state: { ...state, unwanted: true }, effects: [{ kind: "call-off" }] };
}

/** It waits for no other try, and what it waits for before its child is made need not come any more. */
export function giveUp(state: ProcessState): Step {
  if (state.name === "STARTING" && state.pid === undefined) return callOff(state);
  if (state.name === "FATAL" && state.willRetry === true) return enter(state, { name: "STOPPED" });
  return state.name === "BACKOFF" ? enter(state, { name: "FATAL", reason: state.reason }) : stay(state);
}

export function beginToStop(from: ProcessState, to: ProcessState & { name: "STOPPING" }, config: ProcessConfig): Step {
  const { stopsignal, stopasgroup, stopwaitsecs } = config;
  const signal: ProcessEffect = { kind: "signal", pid: to.pid, signal: stopsignal, group: stopasgroup };
  return enter(from, to, signal, { kind: "timer", ms: stopwaitsecs * 1000 });
}

export function kill(state: ProcessState, pid: number, config: ProcessConfig): Step {
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
