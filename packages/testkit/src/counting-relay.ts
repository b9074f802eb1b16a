/** A TCP relay in front of a server, which counts every byte that goes through it. */
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { listenOnLoopback } from "./loopback.ts";

export interface CountingRelay extends AsyncDisposable {
  readonly port: number;
  /** Connections so far. */
  readonly connections: number;
  /** Bytes from the clients to the server so far. */
  readonly sent: number;
  /** Bytes from the server to the clients so far. */
  readonly received: number;
}

/** @param target port on 127.0.0.1 */
export async function startCountingRelay(target: number): Promise<CountingRelay> {
  const counts = { connections: 0, sent: 0, received: 0 };
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    counts.connections += 1;
    const upstream = connect(target, "127.0.0.1");
    client.on("data", (chunk) => {
      counts.sent += chunk.length;
    });
    upstream.on("data", (chunk) => {
      counts.received += chunk.length;
    });
    join(client, upstream);
    join(upstream, client);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.once("close", () => sockets.delete(socket));
    }
  });
  const port = await listenOnLoopback(server);
  return {
    port,
    get connections() {
      return counts.connections;
    },
    get sent() {
      return counts.sent;
    },
    get received() {
      return counts.received;
    },
    [Symbol.asyncDispose]: async () => {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, "close");
    },
  };
}

/** What `from` sends goes to `to`, and its end too; a reset stays a reset. */
function join(from: Socket, to: Socket): void {
  from.pipe(to);
  from.on("error", () => to.resetAndDestroy());
}
