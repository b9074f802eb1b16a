/**
 * An HTTP server that answers as a script says, byte for byte: also what no honest server would send.
 *
 * ```ts
 * await using server = await startScriptedHttpServer([answer({ status: 503 }), answer({ body: "1408088308" })]);
 * ```
 */
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { listenOnLoopback } from "./loopback.ts";
import { RequestReader, type SeenRequest } from "./request-reader.ts";
import type { Reply } from "./scripted-replies.ts";

export type { SeenRequest } from "./request-reader.ts";
export {
  answer,
  bothLengths,
  cutAfter,
  hang,
  hangUp,
  type Reply,
  rangedContent,
  rawReply,
  slowly,
  wrongLength,
} from "./scripted-replies.ts";

export interface ScriptedHttpServer extends AsyncDisposable {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** Every request so far, in order of arrival. */
  readonly requests: readonly SeenRequest[];
  /** Resolves as soon as so many requests have arrived. */
  seen(count: number): Promise<void>;
  /** Cuts every connection. */
  stop(): Promise<void>;
}

/** A reply for each request, in order; the last one is used again and again. Or a function that picks the reply. */
export type Script = readonly [Reply, ...Reply[]] | ((request: SeenRequest, count: number) => Reply);

export async function startScriptedHttpServer(script: Script): Promise<ScriptedHttpServer> {
  const requests: SeenRequest[] = [];
  const waiting = new Set<() => void>();
  const sockets = new Set<Socket>();
  const pick = typeof script === "function" ? script : replyInOrder(script);
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    // A client that goes away in the middle is part of many tests.
    socket.on("error", () => {});
    void serve(socket, (request) => {
      requests.push(request);
      for (const wake of waiting) wake();
      return pick(request, requests.length);
    });
  });
  const port = await listenOnLoopback(server);
  const stop = async () => {
    if (!server.listening) return;
    const closed = once(server, "close");
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  const seen = async (count: number) => {
    while (requests.length < count) {
      await new Promise<void>((resolve) => {
        const wake = () => {
          waiting.delete(wake);
          resolve();
        };
        waiting.add(wake);
      });
    }
  };
  return { url: `http://127.0.0.1:${port}`, requests, seen, stop, [Symbol.asyncDispose]: stop };
}

function replyInOrder(replies: readonly [Reply, ...Reply[]]): (request: SeenRequest, count: number) => Reply {
  return (_request, count) => replies[Math.min(count, replies.length) - 1] ?? replies[0];
}

async function serve(socket: Socket, pick: (request: SeenRequest) => Reply): Promise<void> {
  const reader = new RequestReader();
  try {
    for await (const chunk of socket) {
      for (const request of reader.read(chunk as Buffer)) await send(socket, pick(request), request);
    }
  } catch {
    // The connection was cut, by the client or by the script.
  } finally {
    socket.destroy();
  }
}

async function send(socket: Socket, reply: Reply, request: SeenRequest): Promise<void> {
  const wire = reply.wire(request);
  const step = reply.pace?.bytes ?? wire.length;
  for (let start = 0; start < wire.length && !socket.destroyed; start += step) {
    if (start > 0) await new Promise((resolve) => setTimeout(resolve, reply.pace?.everyMs ?? 0));
    await new Promise<void>((resolve) => socket.write(wire.subarray(start, start + step), () => resolve()));
  }
  if (reply.ending === "close") socket.destroySoon();
  if (reply.ending === "reset") socket.resetAndDestroy();
}
