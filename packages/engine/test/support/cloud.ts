/// <reference lib="esnext.disposable" />
/** A Device API server of one gateway product, in the test's own process: remembers every write, and fails when it is told to. */
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { DEVICE_API_PATHS } from "@gateway-engine/protocol/device-api";
import { encodeForm, parseForm, splitForm } from "@gateway-engine/protocol/form";
import type { FetchStatus } from "@gateway-engine/protocol/reports";

export interface Write {
  readonly alias: string;
  readonly value: string;
}

export interface Call {
  readonly method: string;
  readonly path: string;
  readonly cik: string;
  readonly body: string;
}

/**
 * Undefined: the server does its work. `drop`: the line is cut. `drop-after`: the work is done, then the line is cut.
 * `drop-half`: it is cut in the middle of the content. A number: that status.
 */
export type Fault = "drop" | "drop-after" | "drop-half" | number | undefined;

/** A server that serves a content otherwise than as it is. Requests are counted from 1. */
export interface ContentLie {
  /** What the server says when it is asked how long the content is. */
  readonly size?: (question: number) => number;
  /** What it sends. */
  readonly bytes?: (request: number) => Uint8Array;
}

export class Cloud implements AsyncDisposable {
  readonly writes: Write[] = [];
  readonly calls: Call[] = [];
  readonly content = new Map<string, Uint8Array>();
  /** By the content's id. */
  readonly lies = new Map<string, ContentLie>();
  /** How the next activation is answered; 200 gives a new CIK. */
  activationStatus = 200;
  holdsLongPolls = true;
  /** Seconds since 1970, instead of the time. */
  serverTime: number | undefined;
  fault: (call: Call) => Fault = () => undefined;
  readonly #values = new Map<string, { value: string; at: number }>();
  readonly #server = createServer((request, response) => void this.#serve(request, response));
  readonly #waiting = new Set<() => void>();
  #cik = "";
  #activations = 0;

  static async start(): Promise<Cloud> {
    const cloud = new Cloud();
    cloud.#server.listen(0, "127.0.0.1");
    await once(cloud.#server, "listening");
    return cloud;
  }

  get url(): string {
    const address = this.#server.address();
    return `http://127.0.0.1:${address !== null && typeof address === "object" ? address.port : 0}`;
  }

  get cik(): string {
    return this.#cik;
  }

  /** The CIK is taken no longer; the next activation gives another. */
  revoke(): void {
    this.#cik = "revoked";
  }

  /** Writes an alias from the cloud side. */
  order(alias: string, value: string): void {
    this.#set(alias, value);
  }

  orderInstall(...names: readonly string[]): void {
    this.order("engine_fetch", JSON.stringify({ install: names.map((name) => ({ name })) }));
  }

  valueOf(alias: string): string | undefined {
    return this.#values.get(alias)?.value;
  }

  /** What was written into `fetch_status` so far. */
  get results(): readonly FetchStatus[] {
    return this.writes
      .filter(({ alias }) => alias === "fetch_status")
      .map(({ value }) => JSON.parse(value) as FetchStatus);
  }

  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => this.#waiting.add(resolve));
  }

  /** The `count`th result, as soon as it is there. */
  async result(count = 1): Promise<FetchStatus> {
    await this.until(() => this.results.length >= count);
    const result = this.results[count - 1];
    if (result === undefined) throw new Error("no such result");
    return result;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const cik = request.headers["x-exosite-cik"];
      const call: Call = {
        method: request.method ?? "",
        path: request.url ?? "",
        cik: typeof cik === "string" ? cik : "",
        body: Buffer.concat(chunks).toString(),
      };
      this.calls.push(call);
      await this.#answer(call, request, response);
    } catch {
      // The gateway was killed in the middle, which is part of many tests.
    }
    this.#wake();
  }

  async #answer(call: Call, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const fault = this.fault(call);
    if (fault === "drop") return void response.destroy();
    if (typeof fault === "number") return void response.writeHead(fault).end();
    const url = new URL(call.path, "http://cloud");
    if (url.pathname === DEVICE_API_PATHS.timestamp)
      return void response.end(String(this.serverTime ?? Math.floor(Date.now() / 1000)));
    if (url.pathname === DEVICE_API_PATHS.activate) return this.#activate(response);
    if (call.cik !== this.#cik || this.#cik === "") return void response.writeHead(401).end();
    if (url.pathname === DEVICE_API_PATHS.content)
      return this.#sendContent(url, request, response, fault === "drop-half");
    if (call.method === "POST") {
      for (const { name, value } of parseForm(call.body)) {
        this.writes.push({ alias: name, value });
        this.#set(name, value);
      }
      if (fault === "drop-after") return void response.destroy();
      return void response.writeHead(204).end();
    }
    const aliases = splitForm(url.search.slice(1)).map(({ name }) => name);
    const timeout = request.headers["request-timeout"];
    if (timeout !== undefined && this.holdsLongPolls) return this.#longPoll(aliases[0] ?? "", request, response);
    const found = aliases.flatMap((alias) => {
      const value = this.#values.get(alias)?.value;
      return value === undefined ? [] : [[alias, value] as const];
    });
    if (found.length === 0) response.writeHead(204).end();
    else response.end(encodeForm(found));
  }

  #activate(response: ServerResponse): void {
    if (this.activationStatus !== 200) return void response.writeHead(this.activationStatus).end();
    this.#activations += 1;
    this.#cik = createHash("sha1").update(String(this.#activations)).digest("hex");
    response.end(this.#cik);
  }

  #sendContent(url: URL, request: IncomingMessage, response: ServerResponse, isCut: boolean): void {
    const id = url.searchParams.get("id") ?? "";
    const isQuestion = url.searchParams.has("info");
    const served = this.content.get(id);
    if (served === undefined) return void response.writeHead(404).end();
    const lie = this.lies.get(id);
    const times = this.calls.filter(({ path }) => isContentCall(path, id, isQuestion)).length;
    const size = lie?.size?.(times) ?? served.length;
    if (isQuestion) return void response.end(`application/gzip,${size},1513931066,`);
    const bytes = lie?.bytes?.(times) ?? served;
    const first = Number(/^bytes=(\d+)-/.exec(request.headers.range ?? "")?.[1] ?? 0);
    const range = { "Content-Range": `bytes ${first}-${bytes.length - 1}/${bytes.length}` };
    const rest = bytes.subarray(first);
    response.writeHead(first === 0 ? 200 : 206, { "Content-Length": rest.length, ...(first === 0 ? {} : range) });
    if (isCut) response.write(rest.subarray(0, rest.length / 2), () => response.destroy());
    else response.end(rest);
  }

  async #longPoll(alias: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const since = request.headers["if-modified-since"];
    const after = since === undefined ? Date.now() : Number(since) * 1000;
    const changed = () => {
      const current = this.#values.get(alias);
      return current !== undefined && current.at > after ? current : undefined;
    };
    const deadline = Date.now() + Number(request.headers["request-timeout"]);
    while (changed() === undefined && Date.now() < deadline && !response.destroyed) {
      await new Promise<void>((resolve) => {
        this.#waiting.add(resolve);
        setTimeout(resolve, Math.min(100, deadline - Date.now()));
      });
    }
    const current = changed();
    if (current === undefined) return void response.writeHead(304).end();
    response.writeHead(200, { "Last-Modified": (current.at / 1000).toFixed(3) });
    response.end(encodeForm([[alias, current.value]]));
  }

  #set(alias: string, value: string): void {
    const before = this.#values.get(alias)?.at ?? 0;
    this.#values.set(alias, { value, at: Math.max(Date.now(), before + 1) });
    this.#wake();
  }

  #wake(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const wake of waiting) wake();
  }
}

function isContentCall(path: string, id: string, isQuestion: boolean): boolean {
  const { pathname, searchParams } = new URL(path, "http://cloud");
  const isContent = pathname === DEVICE_API_PATHS.content && searchParams.get("id") === id;
  return isContent && searchParams.has("info") === isQuestion;
}
