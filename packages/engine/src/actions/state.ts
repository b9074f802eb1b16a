/**
 * The states of an order that is no install. Each is a durable row of the journal, written before what the state is about is
 * done; the table is in docs/reference/install-journal.md.
 */
import type { ActionVerb } from "@gateway-engine/protocol/engine-orders";
import type { Failure } from "../install/state.ts";

interface Carried {
  readonly verb: ActionVerb;
  /** The application's name; the command of a `run`; empty for a `reboot`. */
  readonly name: string;
}

export interface Requested extends Carried {
  readonly kind: "requested";
}

export interface Acting extends Carried {
  readonly kind: "acting";
  /** How often the engine began again while this was under way. */
  readonly restarts: number;
  /** The boot of the machine in which it was begun. */
  readonly bootId: string;
}

export interface Done extends Carried {
  readonly kind: "done";
  /** How it went, in words. */
  readonly note: string;
  /** The last part of what a command or script printed. */
  readonly output: string;
  /** Files that could not be put back, each with the reason. */
  readonly notRestored: readonly string[];
}

export interface Failed extends Carried {
  readonly kind: "failed";
  readonly failure: Failure;
  readonly output: string;
}

export type EndState = Done | Failed;
export type ActionState = Requested | Acting | EndState;

export const ACTION_STATES: readonly string[] = [
  "requested",
  "acting",
  "done",
  "failed",
] satisfies ActionState["kind"][];

export function isActionEnd(state: ActionState): state is EndState {
  return state.kind === "done" || state.kind === "failed";
}

/** One line for the journal and the log. */
export function describeAction(state: ActionState): string {
  switch (state.kind) {
    case "requested":
      return "";
    case "acting":
      return state.restarts === 0 ? "" : `continued after restart ${state.restarts} of the engine`;
    case "done":
      return state.note;
    case "failed":
      return state.failure.message;
  }
}
