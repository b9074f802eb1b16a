import { connect, type PeerCertificate } from "node:tls";
import { fail, ok, type Result } from "@gateway-engine/core/result";
import type { TlsCredentials } from "@gateway-engine/core/tls";
import { errnoReason } from "./errno.ts";

export interface ServerCertificate {
  /** Whom it is for, and who says so. */
  readonly subject: string;
  readonly issuer: string;
  /** Milliseconds since 1970. */
  readonly validFrom: number;
  readonly validTo: number;
  /** Why it is not trusted; undefined: it is. */
  readonly problem: string | undefined;
}

export interface TlsProbe {
  readonly host: string;
  readonly port: number;
  readonly credentials: TlsCredentials;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** Opens a TLS connection, looks at the server's certificate, trusted or not, and closes it. @returns what kept it from opening */
export function probeTls({
  host,
  port,
  credentials,
  timeoutMs,
  signal,
}: TlsProbe): Promise<Result<ServerCertificate, string>> {
  return new Promise((resolve) => {
    const name = /^[\d.]+$|:/.test(host) ? {} : { servername: host };
    const socket = connect({ host, port, ...name, ...credentials, rejectUnauthorized: false });
    const end = (result: Result<ServerCertificate, string>) => {
      signal.removeEventListener("abort", cancel);
      socket.destroy();
      resolve(result);
    };
    const cancel = () => end(fail("the look was broken off"));
    socket.setTimeout(timeoutMs, () => end(fail(`no answer within ${timeoutMs / 1000} seconds`)));
    socket.once("error", (cause) => end(fail(errnoReason(cause))));
    socket.once("secureConnect", () => {
      const problem = socket.authorized ? undefined : reasonOf(socket.authorizationError);
      end(ok({ ...describe(socket.getPeerCertificate()), problem }));
    });
    if (signal.aborted) cancel();
    else signal.addEventListener("abort", cancel, { once: true });
  });
}

/** Node's types say that it is an Error; it is the code of OpenSSL, or an Error. */
function reasonOf(error: unknown): string {
  if (error instanceof Error) return error.message;
  return String(error).toLowerCase().replaceAll("_", " ");
}

function describe({ subject, issuer, valid_from, valid_to }: PeerCertificate) {
  return {
    subject: oneName(subject?.CN),
    issuer: oneName(issuer?.O ?? issuer?.CN),
    validFrom: Date.parse(valid_from),
    validTo: Date.parse(valid_to),
  };
}

/** A certificate may have several names of one kind. */
function oneName(name: string | readonly string[] | undefined): string {
  return (typeof name === "string" ? name : name?.join(", ")) ?? "nobody";
}
