/** What went wrong on an MQTT connection, in the words of core/errors. */
import { AuthenticationError, type GatewayEngineError, TransportError } from "@gateway-engine/core/errors";

const HUNG_UP = "the connection was closed by the other side";

/**
 * The other side closed the connection, or it was cut. MQTT 3.1.1 has no other way to refuse a message.
 *
 * @param hint what the reason may be
 */
export function hungUp(server: string, hint?: string): TransportError {
  const reason = hint === undefined ? HUNG_UP : `${HUNG_UP}; ${hint}`;
  return new TransportError("E_UNREACHABLE", { server, reason });
}

export function isHangUp(error: unknown): boolean {
  return error instanceof TransportError && String(error.details["reason"]).startsWith(HUNG_UP);
}

/**
 * What mqtt.js reports: the code of the login's answer, the line's failure, or an answer that is not MQTT.
 *
 * @param lineFailure what an error of the stream below means
 */
export function connectionFailure(
  cause: Error,
  server: string,
  lineFailure: (cause: Error) => GatewayEngineError,
): GatewayEngineError {
  const code = "code" in cause ? cause.code : undefined;
  if (typeof code === "number") return loginFailure(code, server, cause);
  if (typeof code === "string") return lineFailure(cause);
  if (cause.message === "Keepalive timeout") {
    return new TransportError("E_UNREACHABLE", { server, reason: "it no longer answers" }, { cause });
  }
  return new TransportError("E_RESPONSE_INVALID", { server, problem: cause.message }, { cause });
}

/** @see MQTT 3.1.1, table 3.1: Connect Return code values */
function loginFailure(returnCode: number, server: string, cause: Error): GatewayEngineError {
  const details = { server, what: "the login", status: `return code ${returnCode}` };
  switch (returnCode) {
    case 3:
      return new TransportError("E_SERVER", details, { cause });
    case 4:
    case 5:
      return new AuthenticationError("E_NOT_ACTIVATED", details, { cause });
    default:
      return new TransportError("E_REFUSED", { ...details, reason: LOGIN_REASONS[returnCode] ?? "no reason given" });
  }
}

const LOGIN_REASONS: Readonly<Record<number, string>> = {
  1: "it does not speak MQTT 3.1.1",
  2: "it wants a client id",
};
