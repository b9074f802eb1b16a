import { InstallError } from "@gateway-engine/core/errors";
import type { Transition } from "@gateway-engine/core/state-machine";
import type { Failure } from "../install/state.ts";
import type { Acting, ActionState } from "./state.ts";

export type ActionEffect =
  /** Do what was ordered. */
  | { readonly kind: "act" }
  /** A command was cut off: what is left of it is ended. */
  | { readonly kind: "end-leftovers" };

export type ActionEvent =
  | { readonly kind: "begun"; readonly bootId: string }
  | {
      readonly kind: "succeeded";
      readonly note: string;
      readonly output?: string;
      readonly notRestored?: readonly string[];
    }
  | { readonly kind: "failed"; readonly failure: Failure; readonly output?: string }
  | { readonly kind: "leftovers-ended" }
  /** The engine began again and found the state in its journal. */
  | { readonly kind: "resumed"; readonly bootId: string };

/** An order that saw more restarts of the engine is given up: it may be what ends the engine. */
export const MAX_RESTARTS = 20;

/** A restart of the machine that did not come about is tried once more. */
const MAX_REBOOT_TRIES = 2;

type ActionTransition = Transition<ActionState, ActionEffect>;

/** Where an order that is no install goes next. Total: an event that means nothing in a state leaves it as it is. */
export function nextAction(state: ActionState, event: ActionEvent): ActionTransition {
  if (state.kind === "done" || state.kind === "failed") return stay(state);
  const { verb, name } = state;
  switch (event.kind) {
    case "begun":
      if (state.kind !== "requested") return stay(state);
      return act({ verb, name, kind: "acting", restarts: 0, bootId: event.bootId });
    case "succeeded": {
      if (state.kind !== "acting") return stay(state);
      const { note, output = "", notRestored = [] } = event;
      return stay({ verb, name, kind: "done", note, output, notRestored });
    }
    case "failed":
      return fail(state, event.failure, event.output);
    case "leftovers-ended":
      if (state.kind !== "acting") return stay(state);
      return fail(state, interrupted(state, "it runs at most once, so it is not run again"));
    case "resumed":
      if (state.kind === "requested") return nextAction(state, { kind: "begun", bootId: event.bootId });
      return resume({ ...state, restarts: state.restarts + 1 }, event.bootId);
  }
}

/** What may be done twice is done again; a command is not, and a restart of the machine shows in the boot. */
function resume(state: Acting, bootId: string): ActionTransition {
  const { verb, name, restarts } = state;
  if (verb === "run") return { state, effects: [{ kind: "end-leftovers" }] };
  if (verb === "reboot" && bootId !== state.bootId) {
    return stay({ verb, name, kind: "done", note: "the machine was restarted", output: "", notRestored: [] });
  }
  if (verb === "reboot" && restarts >= MAX_REBOOT_TRIES) {
    return fail(state, interrupted(state, "the engine was restarted, and the machine was not"));
  }
  if (restarts > MAX_RESTARTS) return fail(state, interrupted(state, `the engine was restarted ${restarts} times`));
  return act(state);
}

function act(state: Acting): ActionTransition {
  return { state, effects: [{ kind: "act" }] };
}

function stay(state: ActionState): ActionTransition {
  return { state, effects: [] };
}

function fail({ verb, name }: ActionState, failure: Failure, output = ""): ActionTransition {
  return stay({ verb, name, kind: "failed", failure, output });
}

function interrupted({ verb, name }: Acting, reason: string): Failure {
  const subject = `${verb} ${name}`.trimEnd();
  const { code, message } = new InstallError("E_INSTALL_INTERRUPTED", { name: subject, state: "acting", reason });
  return { status: "interrupted", code, message };
}
