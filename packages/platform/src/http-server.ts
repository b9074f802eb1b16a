/** A small HTTP server for the few routes of a gateway's programs, on a unix socket or a TCP address. */
import { chmodSync, mkdirSync, unlinkSync } from "node:fs";
import type * as http from "node:http";
import { connect } from "node:net";
import { dirname } from "node:path";
import type { Duplex } from "node:stream";
import { GatewayEngineError, StorageError, TransportError } from "@gateway-engine/core/errors";
import { errnoCode, errnoReason } from "./errno.ts";
import { http as httpModule } from "./http-modules.ts";
import { reachableSocketPath } from "./socket-path.ts";

export type ListenAddress =
  | {
      readonly host: string;
      readonly port: number /** Named in the error when the port is taken. */;
      readonly option: string;
    }
  | { readonly socketPath: string; readonly mode: number };

export type IncomingRequest = http.IncomingMessage;
export type OutgoingResponse = http.ServerResponse;
export type RequestHandler = (request: IncomingRequest, response: OutgoingResponse) => void | Promise<void>;

export interface HttpServerOptions {
  readonly listen: ListenAddress;
  /** A rejection is answered 500 and given to `onError`. */
  readonly handle: RequestHandler;
  readonly onError: (error: unknown) => void;
  /** Longest time for a request's head, and for the whole request. */
  readonly requestTimeoutMs?: number;
  /** How long a connection stays open for the client's next request; 5 s unless told. */
  readonly keepAliveMs?: number;
  readonly maxConnections?: number;
}

export interface RunningHttpServer {
  /** The TCP port, or 0 on a unix socket. */
  readonly port: number;
  /** Takes no new connection, lets running requests end until `deadlineMs` is over, then cuts them. */
  stop(deadlineMs: number): Promise<void>;
}

export async function listenHttp(options: HttpServerOptions): Promise<RunningHttpServer> {
  const server = httpModule.createServer((request, response) => {
    void serve(options, request, response);
  });
  server.requestTimeout = options.requestTimeoutMs ?? 60_000;
  server.keepAliveTimeout = options.keepAliveMs ?? 5000;
  server.headersTimeout = Math.min(server.requestTimeout, 20_000);
  server.maxConnections = options.maxConnections ?? 1000;
  server.on("clientError", turnAway);
  await listen(server, options.listen);
  const address = server.address();
  return {
    port: address !== null && typeof address === "object" ? address.port : 0,
    stop: (deadlineMs) => stop(server, deadlineMs),
  };
}

/** Node no longer watches over such a connection: a client that does not leave after the answer is cut off. */
function turnAway(error: Error, socket: Duplex): void {
  if (!socket.writable) return void socket.destroy();
  const answer = ANSWERS_TO_NONSENSE.get(errnoCode(error) ?? "") ?? "400 Bad Request";
  socket.end(`HTTP/1.1 ${answer}\r\nConnection: close\r\n\r\n`);
  const cut = setTimeout(() => socket.destroy(), LEAVE_LIMIT_MS);
  socket.once("close", () => clearTimeout(cut));
}

const LEAVE_LIMIT_MS = 1000;

/** What is answered to what is no request, by the code of Node's error. */
const ANSWERS_TO_NONSENSE: ReadonlyMap<string, string> = new Map([
  ["HPE_HEADER_OVERFLOW", "431 Request Header Fields Too Large"],
  ["ERR_HTTP_REQUEST_TIMEOUT", "408 Request Timeout"],
]);

/**
 * Reads a request's body to its end: a client that is still sending when the connection closes never sees the answer.
 *
 * @param hasRoom asked before each further part of a body is kept
 * @returns undefined when it is longer than `limit` bytes, or there is no room for it; the caller answers 413 or 503
 */
export function readBody(
  request: http.IncomingMessage,
  limit: number,
  hasRoom: (bytes: number) => boolean = () => true,
): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    let chunks: Buffer[] | undefined = [];
    let size = 0;
    request.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (chunks !== undefined && size <= limit && hasRoom(chunk.length)) chunks.push(chunk);
      else chunks = undefined;
      if (size > limit + MAX_DROPPED_BYTES) request.socket.destroy();
    });
    request.once("end", () => resolve(chunks === undefined ? undefined : joined(chunks)));
    request.once("error", reject);
  });
}

function joined(chunks: readonly Buffer[]): Buffer {
  const [first] = chunks;
  return chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks);
}

/** What is read and dropped of a body that is too long, before its client is cut off. */
const MAX_DROPPED_BYTES = 64 * 1_048_576;

async function serve(
  options: HttpServerOptions,
  request: http.IncomingMessage,
  response: http.ServerResponse,
): Promise<void> {
  try {
    await options.handle(request, response);
  } catch (error) {
    // Nobody is there to hear it. (A request is destroyed as soon as it is read; its connection is not.)
    if (errnoCode(error) === "ECONNRESET" || request.socket.destroyed) return;
    options.onError(error);
    if (!response.headersSent) response.writeHead(500, { "Content-Type": "text/plain; charset=utf-8" });
    response.end(error instanceof GatewayEngineError ? `${error.message}\n` : "internal error\n");
  }
}

async function listen(server: http.Server, address: ListenAddress): Promise<void> {
  if (!("socketPath" in address)) {
    const { host, port, option } = address;
    return new Promise((resolve, reject) => {
      server.once("error", (cause) => reject(listenError(cause, `${host}:${port}`, option)));
      server.listen({ host, port }, resolve);
    });
  }
  await listenOnSocket(server, address.socketPath, address.mode);
}

/** A socket file that nobody answers on is what a killed program left behind: it is taken over. */
async function listenOnSocket(server: http.Server, path: string, mode: number): Promise<void> {
  try {
    mkdirSync(dirname(path), { recursive: true });
  } catch (cause) {
    throw new StorageError("E_FILE_WRITE", { file: path, reason: errnoReason(cause) }, { cause });
  }
  const reachable = reachableSocketPath(path);
  if (await isAnswered(reachable)) {
    throw new TransportError("E_PORT_IN_USE", { address: path, option: "GWE_ROOT" });
  }
  try {
    unlinkSync(reachable);
  } catch (error) {
    if (errnoCode(error) !== "ENOENT") throw listenError(error, path, "GWE_ROOT");
  }
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause) => reject(listenError(cause, path, "GWE_ROOT")));
    // The umask is that of the whole process: it may not outlast the call, which makes the socket file before it returns.
    const umask = process.umask(0o777 & ~mode);
    try {
      server.listen(reachable, resolve);
    } finally {
      process.umask(umask);
    }
  });
  chmodSync(reachable, mode);
}

function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}

function listenError(cause: unknown, address: string, option: string): GatewayEngineError {
  if (errnoCode(cause) === "EADDRINUSE") return new TransportError("E_PORT_IN_USE", { address, option }, { cause });
  return new StorageError("E_FILE_WRITE", { file: address, reason: errnoReason(cause) }, { cause });
}

const RELEASE_IDLE_MS = 20;

function stop(server: http.Server, deadlineMs: number): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), deadlineMs);
    // A connection is of no more use once the request is answered that was running when the server was told to stop.
    const release = setInterval(() => server.closeIdleConnections(), RELEASE_IDLE_MS);
    server.close(() => {
      clearTimeout(cut);
      clearInterval(release);
      resolve();
    });
    server.closeIdleConnections();
  });
}
