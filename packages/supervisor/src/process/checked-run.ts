/** What the checks of a run change: that it is ready, and that it is ended because it is not, or is not well any more. */
import type { ProcessConfig } from "../config/model.ts";
import type { EventOf } from "./process-event.ts";
import { afterRun } from "./restart-policy.ts";
import { failedStart, follow } from "./retries.ts";
import { attemptsOf, type EndedByCheck, type FailedCheck, type ProcessState } from "./state.ts";
import { type ProcessEffect, type Step, stay, withEffects } from "./step.ts";
import { beginToStop } from "./stopping.ts";

/** Only now is its start a success, and its failed starts are forgotten. */
export function ready(state: ProcessState): Step {
  if (state.name === "STARTING" && state.pid !== undefined) return changed({ ...state, ready: true });
  if (state.name === "RUNNING") return changed({ ...state, ready: true, failures: 0 });
  return stay(state);
}

function changed(state: ProcessState): Step {
  return { state, effects: [{ kind: "ready" }] };
}

/** Stops it as a stop request would, and remembers that it is wanted all the same. */
export function checkFailed(state: ProcessState, { check, reason }: FailedCheck, config: ProcessConfig): Step {
  if ((state.name !== "STARTING" && state.name !== "RUNNING") || state.pid === undefined) return stay(state);
  const failed = { check, reason, since: state.since, ...attemptsOf(state) };
  const word = check === "readiness" ? "not ready" : "unhealthy";
  const log: ProcessEffect = { kind: "log", level: "WARN", message: `${word}: ${config.name} (${reason})` };
  return withEffects([log], beginToStop(state, { name: "STOPPING", pid: state.pid, failed }, config));
}

/** A program that never became ready failed to start; one that was well once is a run that ended. */
export function tryAfterFailedCheck(
  from: ProcessState,
  failed: EndedByCheck,
  { at, mayRestart }: EventOf<"exited">,
  config: ProcessConfig,
): Step {
  const { reason } = failed;
  if (!mayRestart) return stay(from);
  if (failed.check === "readiness")
    return failedStart({ ...from, ...attemptsOf(failed) }, { reason, at, mayRestart }, config);
  return follow(afterRun(failed, at - failed.since, at, config.extras.restarts), { from, reason, at }, config);
}
