/** A TCP server for the protocols of a gateway's programs other than HTTP. */
import { createServer, type Server, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { type GatewayEngineError, TransportError } from "@gateway-engine/core/errors";
import { errnoCode, errnoReason } from "./errno.ts";

export interface TcpServerOptions {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  /** Named in the error when the port is taken. */
  readonly option: string;
  /** What connects beyond them is cut off at once. */
  readonly maxConnections: number;
  /** Takes a connection over. Nothing was read of it; one that fails is closed and needs no care. */
  readonly serve: (connection: Duplex) => void;
}

export interface RunningTcpServer {
  readonly port: number;
  /** Takes no new connection, and cuts those that are open. */
  stop(): Promise<void>;
}

/** Of a connection on which nothing is sent: finds the peer that is gone without a word. */
const KEEP_ALIVE_PROBE_MS = 60_000;

/** @throws TransportError E_PORT_IN_USE, E_LISTEN */
export async function listenTcp(options: TcpServerOptions): Promise<RunningTcpServer> {
  const open = new Set<Socket>();
  const server = createServer(
    { noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_PROBE_MS },
    (socket) => {
      open.add(socket);
      socket.on("error", () => socket.destroy());
      socket.once("close", () => open.delete(socket));
      options.serve(socket);
    },
  );
  server.maxConnections = options.maxConnections;
  await listen(server, options);
  const address = server.address();
  return {
    port: address !== null && typeof address === "object" ? address.port : 0,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
  };
}

function listen(server: Server, { host, port, option }: TcpServerOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause) =>
      reject(listenError(cause, host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`, option)),
    );
    server.listen({ host, port }, resolve);
  });
}

function listenError(cause: unknown, address: string, option: string): GatewayEngineError {
  if (errnoCode(cause) === "EADDRINUSE") return new TransportError("E_PORT_IN_USE", { address, option }, { cause });
  return new TransportError("E_LISTEN", { address, option, reason: errnoReason(cause) }, { cause });
}
