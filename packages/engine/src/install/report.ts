import { describeError, GatewayEngineError } from "@gateway-engine/core/errors";
import type { FetchStatus } from "@gateway-engine/protocol/reports";
import type { Install } from "../journal/journal.ts";
import type { EndState, Failure } from "./state.ts";

/** What `fetch_status` is told of an install that has ended. */
export function reportOf(install: Install, state: EndState): FetchStatus {
  return {
    ...outcomeOf(state),
    name: install.name,
    ...(install.deployment === undefined ? {} : { deployment: install.deployment }),
    ...(state.checks.length === 0 ? {} : { test: state.checks }),
    ...(state.output === "" ? {} : { info: state.output }),
    ...(state.kind === "committed" || state.notRestored.length === 0 ? {} : { not_restored: state.notRestored }),
    state: state.kind,
  };
}

function outcomeOf(state: EndState): Pick<FetchStatus, "status" | "message" | "code" | "log"> {
  if (state.kind !== "committed") return state.failure;
  const { app, version } = state.release;
  return state.rebooted
    ? { status: "rebooted", message: `${app} version ${version}: ${state.note}` }
    : { status: "ok", message: `${app} version ${version} is installed; ${state.note}` };
}

/** A command that cannot be understood. */
export function rejectedCommand(error: GatewayEngineError): FetchStatus {
  return { status: "rejected", message: error.message, code: error.code };
}

/** Something that went wrong in the engine itself, outside of any install. */
export function engineError(error: unknown): FetchStatus {
  const code = error instanceof GatewayEngineError ? error.code : "E_BUG";
  return { status: "error", message: describeError(error), code };
}

export function failureOf(error: unknown): Failure {
  if (!(error instanceof GatewayEngineError)) {
    return { status: "failed", code: "E_BUG", message: `internal error: ${describeError(error)}` };
  }
  const status = error.kind === "package" ? "rejected" : "failed";
  return { status, code: error.code, message: error.message };
}
