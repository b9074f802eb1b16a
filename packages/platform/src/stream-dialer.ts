import { connect } from "node:net";
import type { Duplex } from "node:stream";
import type * as Tls from "node:tls";
import { CancelledError, TransportError } from "@gateway-engine/core/errors";
import type { TlsCredentials } from "@gateway-engine/core/tls";
import { errnoReason } from "./errno.ts";

export interface StreamTarget {
  readonly host: string;
  readonly port: number;
  /** Plain TCP without it. The server's certificate must be good for `host`, which is also sent as SNI. */
  readonly tls?: TlsCredentials | undefined;
  readonly timeoutMs: number;
}

/**
 * Opens a connection that bytes can go over in both directions.
 *
 * @throws TransportError E_UNREACHABLE or E_TIMEOUT; CancelledError when `signal` aborts before it is open
 */
export function dialStream(target: StreamTarget, signal: AbortSignal): Promise<Duplex> {
  const server = `${target.host}:${target.port}`;
  return new Promise((resolve, reject) => {
    const { socket, opened } = target.tls === undefined ? dialPlain(target) : dialSecure(target, target.tls);
    const settle = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", cancel);
      socket.off("error", fail);
    };
    const giveUp = (error: Error) => {
      settle();
      // What a destroyed socket still has to say is of no interest.
      socket.on("error", () => {});
      socket.destroy();
      reject(error);
    };
    const fail = (cause: Error) =>
      giveUp(new TransportError("E_UNREACHABLE", { server, reason: errnoReason(cause) }, { cause }));
    const cancel = () =>
      giveUp(new CancelledError("E_CANCELLED", { what: `connecting to ${server}` }, { cause: signal.reason }));
    const timer = setTimeout(() => {
      giveUp(new TransportError("E_TIMEOUT", { what: `connecting to ${server}`, timeoutMs: target.timeoutMs }));
    }, target.timeoutMs);
    socket.on("error", fail);
    socket.once(opened, () => {
      settle();
      resolve(socket);
    });
    if (signal.aborted) cancel();
    else signal.addEventListener("abort", cancel, { once: true });
  });
}

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
