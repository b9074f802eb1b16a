/** What a request's failure is called, and what its reader can do about it. */
import { CancelledError, GatewayEngineError, TransportError } from "@gateway-engine/core/errors";
import { shownProxy } from "@gateway-engine/core/proxy";
import { errnoCode, errnoReason } from "./errno.ts";

export interface RequestParty {
  /** `POST /onep:v1/stack/alias` */
  readonly what: string;
  /** Address of the server, or path of its unix socket. */
  readonly server: string;
  /** Stands between us and the server. */
  readonly proxy?: URL | undefined;
  /** Whether a client certificate was shown. */
  readonly certificate: boolean;
  readonly signal: AbortSignal;
}

export function requestFailure(
  cause: unknown,
  { what, server, proxy, certificate, signal }: RequestParty,
): GatewayEngineError {
  if (cause instanceof GatewayEngineError) return cause;
  if (signal.aborted) return new CancelledError("E_CANCELLED", { what }, { cause });
  const mistrust = whyNotTrusted(cause);
  if (mistrust !== undefined) return new TransportError("E_TLS_UNTRUSTED", { server, reason: mistrust }, { cause });
  const refusal = whyCertificateRefused(cause);
  if (refusal !== undefined) return new TransportError("E_TLS_REFUSED", { server, reason: refusal }, { cause });
  // Some servers, Node's among them, only hang up on a certificate that they do not accept.
  const doubt =
    certificate && errnoCode(cause) === "ECONNRESET" ? "; perhaps it does not accept the client certificate" : "";
  const reason = `${errnoReason(cause)}${doubt}`;
  if (proxy === undefined) return new TransportError("E_UNREACHABLE", { server, reason }, { cause });
  const problem = `does not get through to ${server}: ${reason}`;
  return new TransportError("E_PROXY", { proxy: shownProxy(proxy), problem }, { cause });
}

function whyNotTrusted(cause: unknown): string | undefined {
  const code = errnoCode(cause) ?? "";
  return MISTRUST[code] ?? (/^ERR_TLS_CERT|^CERT_|^UNABLE_TO_|^CRL_/.test(code) ? errnoReason(cause) : undefined);
}

/** OpenSSL's words are "... alert certificate required ...". */
function whyCertificateRefused(cause: unknown): string | undefined {
  const alert = / alert ([a-z ]+)/.exec(cause instanceof Error ? cause.message : "")?.[1] ?? "";
  return REFUSALS[alert] ?? (alert.includes("certificate") ? alert : undefined);
}

const PRIVATE_AUTHORITY =
  "it was signed by an authority that is not known here; name the authority's certificate as ca";

/** What OpenSSL finds wrong with a server's certificate. */
const MISTRUST: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: "it has expired, or the clock here is wrong",
  CERT_NOT_YET_VALID: "it is not yet valid, or the clock here is wrong",
  DEPTH_ZERO_SELF_SIGNED_CERT: "it was signed by itself; name it as ca to trust it",
  SELF_SIGNED_CERT_IN_CHAIN: PRIVATE_AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT: PRIVATE_AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: PRIVATE_AUTHORITY,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: PRIVATE_AUTHORITY,
};

/** Alerts by which a server turns a client certificate down. */
const REFUSALS: Readonly<Record<string, string>> = {
  "certificate required": "it asks for one; name one as cert and key",
  "handshake failure": "perhaps it asks for one; name one as cert and key",
  "unknown ca": "it does not trust the authority that signed it",
  "bad certificate": "it cannot use it",
  "certificate expired": "it has expired",
  "certificate revoked": "it was revoked",
  "certificate unknown": "it is not acceptable",
};
