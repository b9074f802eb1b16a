import type { ClientRequest, IncomingMessage, RequestOptions } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type GatewayEngineError, TransportError } from "@gateway-engine/core/errors";
import type { HttpClient, HttpRequest, HttpResponse } from "@gateway-engine/core/http";
import { type ProxyRules, proxyFor } from "@gateway-engine/core/proxy";
import type { TlsCredentials } from "@gateway-engine/core/tls";
import { Connections } from "./http-connections.ts";
import { requestFailure } from "./http-failure.ts";
import { http, loadHttps } from "./http-modules.ts";
import { NodeHttpResponse } from "./http-response.ts";
import { TrafficCount } from "./http-traffic.ts";
import { reachableSocketPath } from "./socket-path.ts";

export interface HttpClientOptions {
  /** For `https:` addresses. */
  readonly tls?: TlsCredentials | undefined;
  /** Without it every address is reached directly. */
  readonly proxy?: ProxyRules | undefined;
}

/** A client that keeps connections open between requests. `close()` ends them. */
export function createHttpClient(options: HttpClientOptions = {}): HttpClient & { close(): void } {
  const connections = new Connections(options.tls ?? {});
  return {
    request: (request) => new PendingRequest(request, connections, options.proxy).run(),
    close: () => connections.close(),
  };
}

/** One request, over as many connections as it takes to find one that is alive. */
class PendingRequest {
  readonly #request: HttpRequest;
  readonly #connections: Connections;
  readonly #url: URL;
  readonly #proxy: URL | undefined;
  readonly #traffic = new TrafficCount();
  // A request that is destroyed in the middle of the answer fails with "aborted", whatever it was destroyed with.
  #timeout: TransportError | undefined;

  constructor(request: HttpRequest, connections: Connections, proxies: ProxyRules | undefined) {
    this.#request = request;
    this.#connections = connections;
    this.#url = new URL(request.url);
    if (proxies !== undefined && request.socketPath === undefined) this.#proxy = proxyFor(this.#url, proxies);
  }

  async run(): Promise<HttpResponse> {
    try {
      const route = this.#plainRoute() ?? (await this.#routeWithHelp());
      for (;;) {
        this.#request.signal.throwIfAborted();
        const message = this.#start(route);
        try {
          return await this.#answerTo(message);
        } catch (cause) {
          if (!this.#mayTryAgain(message)) throw cause;
        }
      }
    } catch (cause) {
      this.#request.onTraffic?.(this.#traffic.total());
      throw this.#failure(cause);
    }
  }

  async #answerTo(message: ClientRequest): Promise<HttpResponse> {
    const answer = awaitAnswer(message);
    const [response] = await Promise.all([answer, sendBody(message, this.#request.body, answer)]);
    if (response.statusCode === 407 && this.#proxy !== undefined) {
      message.destroy();
      throw (await import("./http-proxy.ts")).wantsPassword(this.#proxy);
    }
    const { onTraffic } = this.#request;
    if (onTraffic !== undefined) message.once("close", () => onTraffic(this.#traffic.total()));
    return new NodeHttpResponse(response, this.#server, (cause) => this.#failure(cause));
  }

  /**
   * A server may close a kept connection just when a request goes out on it. As long as nothing of an answer has arrived,
   * the request is made again, unless the server could have acted on it already and must not do so twice.
   */
  #mayTryAgain(message: ClientRequest): boolean {
    const { method, body, signal, repeatable = method !== "POST" && method !== "PATCH" } = this.#request;
    if (!message.reusedSocket || this.#timeout !== undefined || signal.aborted) return false;
    const { sent, received } = this.#traffic.last;
    return received === 0 && (repeatable || sent === 0) && isWhole(body);
  }

  /** All listeners are there before Node has had time for a first event. */
  #start({ secure, options }: Route): ClientRequest {
    const { signal } = this.#request;
    const message = (secure ? loadHttps() : http).request(this.#url, options);
    message.once("socket", (socket) => {
      const carrier = this.#connections.carrierOf(socket);
      this.#traffic.speaksOver(socket, message.reusedSocket, carrier === socket ? "connect" : "secureConnect");
      // A new connection for TLS is counted since it was dialled.
      if (carrier === socket || message.reusedSocket) this.#traffic.isCarriedBy(carrier, message.reusedSocket);
    });
    message.once("timeout", () => message.destroy(this.#timedOut()));
    const cancel = () => message.destroy(new Error("cancelled"));
    signal.addEventListener("abort", cancel);
    message.once("close", () => signal.removeEventListener("abort", cancel));
    return message;
  }

  /** Straight over TCP or a unix socket, which needs nothing more. */
  #plainRoute(): Route | undefined {
    const { socketPath } = this.#request;
    const options = this.#options();
    if (socketPath !== undefined) {
      const path = reachableSocketPath(socketPath);
      return { secure: false, options: { ...options, agent: this.#connections.local, socketPath: path } };
    }
    if (this.#url.protocol === "https:" || this.#proxy !== undefined) return undefined;
    return { secure: false, options: { ...options, agent: this.#connections.http } };
  }

  /** With TLS or through a proxy, whose parts are loaded here at the first use. */
  async #routeWithHelp(): Promise<Route> {
    const { signal, timeoutMs, headers = {} } = this.#request;
    const options = this.#options();
    const proxy = this.#proxy;
    if (this.#url.protocol === "https:") {
      const timeout = { ms: timeoutMs, error: () => this.#timedOut() };
      const connection = { dialling: { timeout, signal, traffic: this.#traffic }, proxy };
      return { secure: true, options: { ...options, ...connection, agent: await this.#connections.https() } };
    }
    if (proxy === undefined) return { secure: false, options };
    const { throughProxy } = await import("./http-proxy.ts");
    const detour = throughProxy(proxy, this.#url, { ...lengthHeader(this.#request.body), ...headers });
    return { secure: false, options: { ...options, ...detour, agent: this.#connections.http } };
  }

  #options(): RequestOptions {
    const { method, body, headers, timeoutMs, lenient } = this.#request;
    const options = { method, headers: { ...lengthHeader(body), ...headers }, timeout: timeoutMs };
    return lenient === undefined ? options : { ...options, insecureHTTPParser: lenient };
  }

  get #server(): string {
    return this.#request.socketPath ?? this.#url.origin;
  }

  #timedOut(): TransportError {
    const { method, timeoutMs } = this.#request;
    this.#timeout = new TransportError("E_TIMEOUT", { what: `${method} ${this.#server}`, timeoutMs });
    return this.#timeout;
  }

  #failure(cause: unknown): GatewayEngineError {
    const what = `${this.#request.method} ${this.#url.pathname}`;
    const certificate = this.#url.protocol === "https:" && this.#connections.showsCertificate;
    const party = { what, server: this.#server, proxy: this.#proxy, certificate, signal: this.#request.signal };
    return requestFailure(this.#timeout ?? cause, party);
  }
}

/** How a request gets to its server. */
interface Route {
  readonly secure: boolean;
  readonly options: RequestOptions;
}

function isWhole(body: HttpRequest["body"]): body is string | Uint8Array | undefined {
  return body === undefined || typeof body === "string" || body instanceof Uint8Array;
}

function lengthHeader(body: HttpRequest["body"]): Record<string, string> {
  return body !== undefined && isWhole(body) ? { "Content-Length": String(Buffer.byteLength(body)) } : {};
}

function awaitAnswer(message: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    message.once("response", resolve);
    message.on("error", reject);
  });
}

/** A server may answer before it has read the whole body, and close: then its answer counts, not our broken pipe. */
async function sendBody(message: ClientRequest, body: HttpRequest["body"], answer: Promise<unknown>): Promise<void> {
  if (isWhole(body)) {
    message.end(body);
    return;
  }
  await pipeline(Readable.from(body), message).catch(() => answer);
}
