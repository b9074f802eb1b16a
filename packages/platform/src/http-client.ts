import type { Agent, ClientRequest, IncomingMessage } from "node:http";
import type { Agent as SecureAgent } from "node:https";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { CancelledError, GatewayEngineError, TransportError } from "@gateway-engine/core/errors";
import type { HttpClient, HttpRequest, HttpResponse } from "@gateway-engine/core/http";
import { errnoReason } from "./errno.ts";
import { http, loadHttps } from "./http-modules.ts";
import { readAhead } from "./read-ahead.ts";
import { reachableSocketPath } from "./socket-path.ts";

/** A client that keeps connections open between requests. `close()` ends them. */
export function createHttpClient(): HttpClient & { close(): void } {
  const agents = new Agents();
  return { request: (request) => send(request, agents), close: () => agents.close() };
}

/**
 * For unix sockets: says that it keeps connections, because the original supervisord answers nobody who does not, and
 * keeps none. A new one costs next to nothing, and an old one is dead when the other program was started again meanwhile.
 */
class LocalAgent extends http.Agent {
  override keepSocketAlive(): boolean {
    return false;
  }
}

/** The connections that are kept open, by what they speak. */
class Agents {
  readonly http: Agent = new http.Agent({ keepAlive: true });
  readonly local: Agent = new LocalAgent({ keepAlive: true });
  #https: SecureAgent | undefined;

  get https(): SecureAgent {
    this.#https ??= new (loadHttps().Agent)({ keepAlive: true });
    return this.#https;
  }

  close(): void {
    this.http.destroy();
    this.local.destroy();
    this.#https?.destroy();
  }
}

async function send(request: HttpRequest, agents: Agents): Promise<HttpResponse> {
  const url = new URL(request.url);
  const server = request.socketPath ?? url.origin;
  // A request that is destroyed in the middle of the answer fails with "aborted", whatever it was destroyed with.
  let timeout: TransportError | undefined;
  const failed = (cause: unknown): GatewayEngineError => {
    if (cause instanceof GatewayEngineError) return cause;
    if (timeout !== undefined) return timeout;
    const what = `${request.method} ${url.pathname}`;
    if (request.signal.aborted) return new CancelledError("E_CANCELLED", { what }, { cause });
    return new TransportError("E_UNREACHABLE", { server, reason: errnoReason(cause) }, { cause });
  };
  try {
    request.signal.throwIfAborted();
    const message = start(request, url, agents);
    message.setTimeout(request.timeoutMs, () => {
      timeout = new TransportError("E_TIMEOUT", { what: `${request.method} ${server}`, timeoutMs: request.timeoutMs });
      message.destroy(timeout);
    });
    const answer = awaitAnswer(message);
    const [response] = await Promise.all([answer, sendBody(message, request.body, answer)]);
    return new NodeHttpResponse(response, server, failed);
  } catch (cause) {
    throw failed(cause);
  }
}

function start(request: HttpRequest, url: URL, agents: Agents): ClientRequest {
  const secure = url.protocol === "https:";
  const options = {
    method: request.method,
    headers: { ...lengthHeader(request.body), ...request.headers },
    agent: request.socketPath !== undefined ? agents.local : secure ? agents.https : agents.http,
    signal: request.signal,
    ...(request.lenient === undefined ? {} : { insecureHTTPParser: request.lenient }),
    ...(request.socketPath === undefined ? {} : { socketPath: reachableSocketPath(request.socketPath) }),
  };
  return secure ? loadHttps().request(url, options) : http.request(url, options);
}

function lengthHeader(body: HttpRequest["body"]): Record<string, string> {
  if (body === undefined) return {};
  return typeof body === "string" || body instanceof Uint8Array
    ? { "Content-Length": String(Buffer.byteLength(body)) }
    : {};
}

function awaitAnswer(message: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    message.once("response", resolve);
    message.on("error", reject);
  });
}

/** A server may answer before it has read the whole body, and close: then its answer counts, not our broken pipe. */
async function sendBody(message: ClientRequest, body: HttpRequest["body"], answer: Promise<unknown>): Promise<void> {
  if (body === undefined || typeof body === "string" || body instanceof Uint8Array) {
    message.end(body);
    return;
  }
  await pipeline(Readable.from(body), message).catch(() => answer);
}

class NodeHttpResponse implements HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly #message: IncomingMessage;
  readonly #server: string;
  readonly #failed: (cause: unknown) => GatewayEngineError;

  constructor(message: IncomingMessage, server: string, failed: (cause: unknown) => GatewayEngineError) {
    this.#message = message;
    this.#server = server;
    this.#failed = failed;
    this.status = message.statusCode ?? 0;
    this.headers = joinHeaders(message.headersDistinct);
  }

  get body(): AsyncIterable<Uint8Array> {
    return this.#read();
  }

  async bytes(limit: number): Promise<Uint8Array> {
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of this.#read()) {
      size += chunk.length;
      if (size > limit) {
        const problem = `its body is over ${limit} bytes`;
        throw new TransportError("E_RESPONSE_INVALID", { server: this.#server, problem });
      }
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  }

  async text(limit: number): Promise<string> {
    return new TextDecoder().decode(await this.bytes(limit));
  }

  /** A short rest is read, so that the connection can be used again; a long one is not worth the traffic. */
  discard(): void {
    this.#message.on("error", () => {});
    if (Number(this.headers["content-length"]) <= WORTH_DRAINING_BYTES) this.#message.resume();
    else this.#message.destroy();
  }

  async *#read(): AsyncGenerator<Uint8Array> {
    try {
      yield* readAhead(this.#message, READ_AHEAD_BYTES);
    } catch (cause) {
      throw this.#failed(cause);
    }
  }
}

const WORTH_DRAINING_BYTES = 65_536;
const READ_AHEAD_BYTES = 262_144;

function joinHeaders(headers: NodeJS.Dict<string[]>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).map(([name, values]) => [name, (values ?? []).join(", ")]));
}
