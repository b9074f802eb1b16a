/** The few calls of the fleet server's management API that the demo needs. */
import { readFileSync } from "node:fs";
import { GatewayEngineError, TransportError } from "@gateway-engine/core/errors";
import type { HttpClient, HttpRequest } from "@gateway-engine/core/http";
import type { TimelineSource } from "./timeline.ts";

export interface FleetClientDeps {
  readonly http: HttpClient;
  readonly server: string;
  readonly token: string;
  readonly signal: AbortSignal;
}

export interface PackageFile {
  readonly name: string;
  readonly path: string;
}

export interface HistoryPage {
  readonly points: readonly { readonly value: string; readonly timestamp: number }[];
  readonly next: string | null;
}

interface FleetEvent {
  readonly id: string;
  readonly at: number;
  readonly kind: string;
  readonly detail: EventDetail;
}

interface EventDetail {
  readonly alias?: string;
  readonly content?: string;
}

export class FleetClient {
  readonly #deps: FleetClientDeps;

  constructor(deps: FleetClientDeps) {
    this.#deps = deps;
  }

  async ensureProduct(product: string): Promise<void> {
    if (await this.#exists(`/products/${product}`)) return;
    await this.#call("POST", "/products", { id: product, name: "Demo", kind: "gateway" });
  }

  /** Values of an alias that the product does not have are not kept. */
  async defineResource(product: string, alias: string): Promise<void> {
    await this.#call("PUT", `/products/${product}/resources/${alias}`, { name: alias, format: "string/json" });
  }

  /** A gateway that has lost its CIK gets leave to activate once more. */
  async ensureIdentity(product: string, identity: string, hasCik: boolean): Promise<void> {
    const path = `/products/${product}/identities`;
    if (!(await this.#exists(`${path}/${identity}`))) await this.#call("POST", path, { identity });
    else if (!hasCik) await this.#call("POST", `${path}/${identity}/reenable`);
  }

  async uploadContent(product: string, file: PackageFile): Promise<void> {
    await this.#call("PUT", `/products/${product}/content/${file.name}`, readFileSync(file.path));
  }

  async orderInstall(product: string, identity: string, name: string): Promise<void> {
    const value = JSON.stringify({ install: [{ name }] });
    await this.#call("PUT", `/products/${product}/identities/${identity}/values/engine_fetch`, { value });
  }

  /** @returns microseconds since 1970, 0 when there is no value yet */
  async newestValueAt(product: string, identity: string, alias: string): Promise<number> {
    const path = `/products/${product}/identities/${identity}/values/${alias}`;
    if (!(await this.#exists(path))) return 0;
    const { timestamp } = (await this.#call("GET", path)) as { timestamp: number };
    return timestamp;
  }

  /** One page of an alias' values, oldest first; `after` is the cursor of the page before. */
  async history(product: string, identity: string, alias: string, after: string): Promise<HistoryPage> {
    const path = `/products/${product}/identities/${identity}/values/${alias}/history?order=asc&limit=1000`;
    return (await this.#call("GET", after === "" ? path : `${path}&after=${encodeURIComponent(after)}`)) as HistoryPage;
  }

  /** What the server noted of this device since the demo began to look. */
  events(product: string, identity: string): TimelineSource {
    let after: string | undefined;
    return async () => {
      const query = after === undefined ? "" : `?after=${after}`;
      const path = `/products/${product}/identities/${identity}/events${query}`;
      const { events } = (await this.#call("GET", path)) as { events: FleetEvent[] };
      after = events.at(-1)?.id ?? after;
      return events.map(({ at, kind, detail }) => ({ at, who: "fleet server", what: describeEvent(kind, detail) }));
    };
  }

  async #exists(path: string): Promise<boolean> {
    const { status } = await this.#send("GET", path);
    return status === 200;
  }

  async #call(method: HttpRequest["method"], path: string, body?: object | Uint8Array): Promise<unknown> {
    const { status, text } = await this.#send(method, path, body);
    if (status < 300) return text === "" ? undefined : JSON.parse(text);
    const what = `${method} ${path}: ${errorMessage(text)}`;
    throw new TransportError("E_SERVER", { server: this.#deps.server, status, what });
  }

  async #send(method: HttpRequest["method"], path: string, body?: object | Uint8Array) {
    const raw = body instanceof Uint8Array;
    const response = await this.#deps.http.request({
      method,
      url: `${this.#deps.server}/api/v1${path}`,
      headers: {
        Authorization: `Bearer ${this.#deps.token}`,
        ...(body === undefined ? {} : { "Content-Type": raw ? "application/gzip" : "application/json" }),
      },
      ...(body === undefined ? {} : { body: raw ? body : JSON.stringify(body) }),
      timeoutMs: 10_000,
      signal: this.#deps.signal,
    });
    return { status: response.status, text: await response.text(1_000_000) };
  }
}

function errorMessage(text: string): string {
  try {
    return (JSON.parse(text) as { error: { message: string } }).error.message;
  } catch (error) {
    return error instanceof GatewayEngineError ? error.message : text.slice(0, 200);
  }
}

function describeEvent(kind: string, detail: EventDetail): string {
  const subject = detail.alias ?? detail.content ?? "";
  return `${EVENT_WORDS[kind] ?? kind} ${subject}`.trimEnd();
}

const EVENT_WORDS: Readonly<Record<string, string>> = {
  created: "knows the gateway",
  reenabled: "lets the gateway activate again",
  activated: "activated the gateway",
  "activation-refused": "refused to activate the gateway",
  "command-written": "has a command in",
  "content-downloaded": "handed out",
  "first-value": "got its first value of",
};
