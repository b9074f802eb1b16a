import { connect } from "node:net";
import type { Duplex } from "node:stream";
import type * as Tls from "node:tls";
import { type GatewayEngineError, TransportError } from "@gateway-engine/core/errors";
import type { TlsCredentials } from "@gateway-engine/core/tls";
import { requestFailure } from "./http-failure.ts";

export interface StreamTarget {
  readonly host: string;
  readonly port: number;
  /** Plain TCP without it. The server's certificate must be good for `host`, which is also sent as SNI. */
  readonly tls?: TlsCredentials | undefined;
  readonly timeoutMs: number;
}

/** An open connection. */
export interface DialledStream {
  readonly stream: Duplex;
  /** What an error of `stream` means. */
  readonly failure: (cause: unknown) => GatewayEngineError;
}

/**
 * Opens a connection that bytes can go over in both directions.
 *
 * @throws TransportError E_UNREACHABLE, E_TIMEOUT, E_TLS_UNTRUSTED or E_TLS_REFUSED; CancelledError when `signal` aborts before
 *   it is open
 */
export function dialStream(target: StreamTarget, signal: AbortSignal): Promise<DialledStream> {
  const server = `${target.host}:${target.port}`;
  const what = `connecting to ${server}`;
  const party = { what, server, certificate: target.tls?.cert !== undefined };
  return new Promise((resolve, reject) => {
    const { socket, opened } = target.tls === undefined ? dialPlain(target) : dialSecure(target, target.tls);
    const settle = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", fail);
      socket.off("error", fail);
    };
    const giveUp = (error: GatewayEngineError) => {
      settle();
      // What a destroyed socket still has to say is of no interest.
      socket.on("error", () => {});
      socket.destroy();
      reject(error);
    };
    const fail = (cause: unknown) => giveUp(requestFailure(cause, { ...party, signal }));
    const timer = setTimeout(() => {
      giveUp(new TransportError("E_TIMEOUT", { what, timeoutMs: target.timeoutMs }));
    }, target.timeoutMs);
    socket.on("error", fail);
    socket.once(opened, () => {
      settle();
      resolve({ stream: socket, failure: (cause) => requestFailure(cause, { ...party, signal: NEVER }) });
    });
    signal.addEventListener("abort", fail, { once: true });
    if (signal.aborted) fail(signal.reason);
  });
}

/** An open connection is nobody's call. */
const NEVER = new AbortController().signal;

interface Dialled {
  readonly socket: Duplex;
  /** The event that says that it is open. */
  readonly opened: "connect" | "secureConnect";
}

function dialPlain({ host, port }: StreamTarget): Dialled {
  return { socket: connect({ host, port, noDelay: true }), opened: "connect" };
}

function dialSecure({ host, port }: StreamTarget, material: TlsCredentials): Dialled {
  // Loaded at the first use: TLS costs 6 MB.
  const tls: typeof Tls = process.getBuiltinModule("node:tls");
  // An address is no name that SNI may carry.
  const servername = /^[\d.]+$|:/.test(host) ? "" : host;
  return { socket: tls.connect({ host, port, servername, ...material }), opened: "secureConnect" };
}
