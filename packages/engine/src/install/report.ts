import { describeError, GatewayEngineError, InstallError } from "@gateway-engine/core/errors";
import type { FetchStatus } from "@gateway-engine/protocol/reports";
import { type Install, type Order, titleOf } from "../journal/orders.ts";
import type { EndState, Failure } from "./state.ts";

/** What `fetch_status` is told of an install that has ended. */
export function reportOf(install: Install, state: EndState): FetchStatus {
  return {
    ...outcomeOf(state),
    ...(install.verb === "install" ? {} : { verb: install.verb }),
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
  const isRejected = error.kind === "package" || error.code === "E_NOT_ALLOWED";
  const status = isRejected ? "rejected" : "failed";
  return { status, code: error.code, message: error.message };
}

/** The journal was lost while an order was worked on: what has become of it nobody knows. */
export function lostReport(order: Order, { code, message }: GatewayEngineError): FetchStatus {
  return {
    status: "interrupted",
    code,
    message: `${titleOf(order)} was interrupted: ${message}`,
    ...(order.verb === "install" ? {} : { verb: order.verb }),
    name: order.name,
    ...(order.deployment === undefined ? {} : { deployment: order.deployment }),
  };
}

/** A newer command for the same application has made an order void. */
export function supersededFailure(order: Pick<Order, "verb" | "name">, newer: Pick<Order, "verb" | "name">): Failure {
  const { code, message } = new InstallError("E_SUPERSEDED", { name: titleOf(order), newer: titleOf(newer) });
  return { status: "superseded", code, message };
}
