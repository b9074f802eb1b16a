import type { FetchStatus } from "@gateway-engine/protocol/reports";
import type { Action } from "../journal/orders.ts";
import type { EndState } from "./state.ts";

/** What `fetch_status` is told of an order that was no install, once it has ended. */
export function reportOfAction(action: Action, state: EndState): FetchStatus {
  return {
    ...(state.kind === "done" ? { status: "ok", message: state.note } : state.failure),
    verb: action.verb,
    ...(action.name === "" || action.verb === "run" ? {} : { name: action.name }),
    ...(action.deployment === undefined ? {} : { deployment: action.deployment }),
    ...(state.output === "" ? {} : { info: state.output }),
    ...(state.kind === "failed" || state.notRestored.length === 0 ? {} : { not_restored: state.notRestored }),
    state: state.kind,
  };
}
