/** One step of the state machine of a process: the state that it leads to, and what has to be done on the way. */
import type { Transition } from "@gateway-engine/core/state-machine";
import type { SignalName } from "../config/signals.ts";
import { type ProcessState, pidOf, reasonOf, type StateName } from "./state.ts";

export type Step = Transition<ProcessState, ProcessEffect>;

export type ProcessEffect =
  /** `asked`: by somebody, and not by the end of the run before. */
  | { readonly kind: "spawn"; readonly asked: boolean }
  /** Asks for its start, with all that comes with a request. */
  | { readonly kind: "start-anew" }
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

export function enter(from: ProcessState, to: ProcessState, ...effects: readonly ProcessEffect[]): Step {
  const facts: RunFacts = {
    pid: pidOf(to) ?? pidOf(from),
    tries: "failures" in to ? to.failures : 0,
    expected: reasonOf(to) === "",
  };
  return { state: to, effects: [{ kind: "entered", from: from.name, to: to.name, ...facts }, ...effects] };
}

export function stay(state: ProcessState): Step {
  return { state, effects: [] };
}

export function withEffects(before: readonly ProcessEffect[], step: Step): Step {
  return { state: step.state, effects: [...before, ...step.effects] };
}
