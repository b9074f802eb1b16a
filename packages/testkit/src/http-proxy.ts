/**
 * A real HTTP proxy: tunnels by CONNECT, and requests with a whole address. It looks no name up: all of them are this machine.
 *
 * ```ts
 * await using proxy = await startHttpProxy({ user: "me", password: "secret" });
 * ```
 */
import { once } from "node:events";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import { connect, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { listenOnLoopback } from "./loopback.ts";

export interface HttpProxy extends AsyncDisposable {
  readonly port: number;
  /** `<method> <target>` of each request that it was asked for, in order. */
  readonly asked: readonly string[];
}

export interface HttpProxyOptions {
  /** With them, everybody else is answered 407. */
  readonly user?: string;
  readonly password?: string;
  /** Answers every CONNECT with this status instead of a tunnel; 0: takes it and never answers. */
  readonly answerConnect?: number;
}

export async function startHttpProxy(options: HttpProxyOptions = {}): Promise<HttpProxy> {
  const asked: string[] = [];
  const sockets = new Set<Duplex>();
  const keep = (socket: Duplex) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    socket.on("error", () => {});
  };
  const server = createServer((incoming, response) => {
    asked.push(`${incoming.method} ${incoming.url}`);
    if (admits(options, incoming)) forward(incoming, response);
    else response.writeHead(407, { "Proxy-Authenticate": "Basic" }).end();
  });
  server.on("connection", keep);
  server.on("connect", (incoming, client) => {
    asked.push(`CONNECT ${incoming.url}`);
    const refusal = admits(options, incoming) ? options.answerConnect : 407;
    if (refusal === 0) return;
    if (refusal !== undefined) return void client.end(`HTTP/1.1 ${refusal} No\r\nContent-Length: 0\r\n\r\n`);
    keep(tunnel(incoming, client));
  });
  const port = await listenOnLoopback(server);
  return {
    port,
    asked,
    [Symbol.asyncDispose]: async () => {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, "close");
    },
  };
}

function admits({ user, password }: HttpProxyOptions, incoming: IncomingMessage): boolean {
  if (user === undefined) return true;
  const pair = Buffer.from(`${user}:${password ?? ""}`).toString("base64");
  return incoming.headers["proxy-authorization"] === `Basic ${pair}`;
}

function forward(incoming: IncomingMessage, response: ServerResponse): void {
  const { port, pathname, search } = new URL(incoming.url ?? "");
  const { "proxy-authorization": _secret, ...headers } = incoming.headers;
  const options = { host: "127.0.0.1", port, method: incoming.method, path: `${pathname}${search}`, headers };
  const onward = request(options, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  onward.on("error", () => (response.headersSent ? response.destroy() : response.writeHead(502).end()));
  incoming.pipe(onward);
}

function tunnel(incoming: IncomingMessage, client: Duplex): Socket {
  const port = Number(/:(\d+)$/.exec(incoming.url ?? "")?.[1]);
  const server = connect(port, "127.0.0.1", () => {
    client.write("HTTP/1.1 200 Connection Established\r\n\r\n");
    server.pipe(client).pipe(server);
  });
  server.on("error", () => client.end("HTTP/1.1 502 Bad Gateway\r\n\r\n"));
  client.on("close", () => server.destroy());
  server.on("close", () => client.destroy());
  return server;
}
