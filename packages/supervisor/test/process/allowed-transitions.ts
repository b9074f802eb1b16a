/**
 * The arrows of the process state machine, as data: what tests of single events, of random events and of real daemons
 * hold it to.
 *
 * @see docs/reference/supervisor.md#states
 */
import type { StateName } from "../../src/process/state.ts";

export const ALLOWED_TRANSITIONS: Readonly<Record<StateName, readonly StateName[]>> = {
  STOPPED: ["STARTING", "RUNNING", "STOPPING", "BACKOFF"],
  STARTING: ["RUNNING", "BACKOFF", "STOPPING", "STOPPED", "UNKNOWN"],
  RUNNING: ["EXITED", "STOPPING", "UNKNOWN"],
  BACKOFF: ["STARTING", "FATAL", "STOPPED"],
  STOPPING: ["STOPPED", "UNKNOWN"],
  EXITED: ["STARTING", "BACKOFF"],
  FATAL: ["STARTING", "STOPPED"],
  UNKNOWN: ["STOPPED"],
};

export function isAllowed(from: StateName, to: StateName): boolean {
  return ALLOWED_TRANSITIONS[from].includes(to);
}
