/**
 * A Device API server that remembers every point in the order in which it was stored, honours the header
 * X-Gateway-Engine-Sequence, gives a device another CIK until the first was used, and fails when it is told to.
 *
 * ```ts
 * await using server = await startRecordingDeviceServer();
 * server.fail(answerOnce(503));
 * ```
 */
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { DEVICE_API_PATHS, parseRecord, type RecordPoint } from "@gateway-engine/protocol/device-api";
import { parseForm, parseFormBytes } from "@gateway-engine/protocol/form";
import { parseSequence } from "@gateway-engine/protocol/sequence";
import { listenOnLoopback } from "./loopback.ts";

export interface StoredPoint {
  /** CIK of the device. */
  readonly cik: string;
  readonly alias: string;
  /** As the record said; undefined for a plain write. */
  readonly timestamp: string | undefined;
  readonly value: Buffer;
}

export interface SeenCall {
  readonly path: string;
  readonly cik: string;
  /** The header X-Gateway-Engine-Sequence. */
  readonly sequence: string | undefined;
  readonly body: Buffer;
}

/**
 * What becomes of a call. `answer`: this status instead of the work. `drop-before`: the line is cut and nothing was stored.
 * `drop-after`: the work is done, but the line is cut before the answer. `hold`: the work begins later, unless the client
 * has gone away.
 */
export type Fault =
  | {
      readonly kind: "answer";
      readonly status: number;
      readonly body?: string;
      readonly headers?: Record<string, string>;
    }
  | { readonly kind: "drop-before" }
  | { readonly kind: "drop-after" }
  | { readonly kind: "hold"; readonly until: Promise<void> };

interface Answer {
  readonly status: number;
  readonly body?: string;
  readonly headers?: Record<string, string>;
}

/** Asked at each call; undefined: work honestly. */
export type FaultPlan = (call: SeenCall) => Fault | undefined;

export interface RecordingDeviceServer extends AsyncDisposable {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  readonly port: number;
  /** In the order in which they were stored; a test may empty it. */
  readonly points: StoredPoint[];
  readonly calls: readonly SeenCall[];
  /** CIKs by `<vendor> <model> <serial>`, as given out last. */
  readonly ciks: ReadonlyMap<string, string>;
  /** From now on. */
  fail(plan: FaultPlan): void;
  /** Makes a CIK known that was not activated here. */
  admit(cik: string): void;
  /** A CIK is answered 401 from now on. */
  revoke(cik: string): void;
  /** Resolves as soon as `condition` holds, looked at after each call. */
  until(condition: () => boolean): Promise<void>;
  /** Cuts every connection. */
  stop(): Promise<void>;
}

/** @param port 0: any that is free */
export async function startRecordingDeviceServer(port = 0): Promise<RecordingDeviceServer> {
  const store = new DeviceStore();
  const server = createServer((request, response) => void store.serve(request, response));
  const actual = await listenOnLoopback(server, port);
  const stop = async () => {
    if (!server.listening) return;
    const closed = once(server, "close");
    server.close();
    server.closeAllConnections();
    await closed;
  };
  return {
    url: `http://127.0.0.1:${actual}`,
    port: actual,
    points: store.points,
    calls: store.calls,
    ciks: store.ciks,
    fail: (plan) => store.fail(plan),
    admit: (cik) => void store.admitted.add(cik),
    revoke: (cik) => void store.admitted.delete(cik),
    until: (condition) => store.until(condition),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

class DeviceStore {
  readonly points: StoredPoint[] = [];
  readonly calls: SeenCall[] = [];
  readonly ciks = new Map<string, string>();
  readonly admitted = new Set<string>();
  readonly #used = new Set<string>();
  /** Last number stored, for each device and spool. */
  readonly #lastNumber = new Map<string, number>();
  readonly #waiting = new Set<() => void>();
  #plan: FaultPlan = () => undefined;
  #activations = 0;

  fail(plan: FaultPlan): void {
    this.#plan = plan;
  }

  async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const call = {
        path: request.url ?? "",
        cik: headerOf(request, "x-exosite-cik") ?? "",
        sequence: headerOf(request, "x-gateway-engine-sequence"),
        body: Buffer.concat(chunks),
      };
      this.calls.push(call);
      await this.#answer(call, response);
    } catch {
      // The client went away in the middle, which is part of many tests.
    }
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }

  async #answer(call: SeenCall, response: ServerResponse): Promise<void> {
    const planned = this.#plan(call);
    if (planned?.kind === "hold") await planned.until;
    const fault = planned?.kind === "hold" ? undefined : planned;
    if (response.destroyed) return;
    if (fault?.kind === "drop-before") return void response.destroy();
    const honest = fault?.kind === "answer" ? undefined : this.#work(call);
    if (fault?.kind === "drop-after") return void response.destroy();
    const { status, body = "", headers = {} }: Answer = fault ?? honest ?? { status: 500 };
    response.writeHead(status, headers).end(body);
  }

  #work(call: SeenCall): Answer {
    if (call.path === DEVICE_API_PATHS.activate) return this.#activate(call);
    if (!this.admitted.has(call.cik)) return { status: 401 };
    this.#used.add(call.cik);
    if (call.path === DEVICE_API_PATHS.alias) {
      const pairs = parseFormBytes(call.body);
      this.#store(
        call,
        pairs.map(({ name, value }) => ({ alias: name, timestamp: undefined, value })),
      );
      return { status: 204 };
    }
    const old = call.path.startsWith(`${DEVICE_API_PATHS.alias}/`)
      ? decodeURIComponent(call.path.slice(DEVICE_API_PATHS.alias.length + 1))
      : undefined;
    if (old === undefined && call.path !== DEVICE_API_PATHS.record) return { status: 404 };
    const points = parseRecord(call.body, old);
    if (points === undefined) return { status: 400, body: "not a record" };
    this.#store(call, this.#unseen(call, points));
    return { status: 204 };
  }

  #activate({ body }: SeenCall): Answer {
    const form = new Map(parseForm(body).map(({ name, value }) => [name, value]));
    const identity = `${form.get("vendor")} ${form.get("model")} ${form.get("sn")}`;
    const before = this.ciks.get(identity);
    if (before !== undefined && this.admitted.has(before)) {
      if (this.#used.has(before)) return { status: 409 };
      this.admitted.delete(before);
    }
    this.#activations += 1;
    const cik = String(this.#activations).padStart(40, "c");
    this.ciks.set(identity, cik);
    this.admitted.add(cik);
    return { status: 200, body: cik };
  }

  /** One number for each point: those up to the last stored one are here already. */
  #unseen({ cik, sequence }: SeenCall, points: readonly RecordPoint<Uint8Array>[]): readonly RecordPoint<Uint8Array>[] {
    if (sequence === undefined) return points;
    const range = parseSequence(sequence);
    if (!range.ok) throw new Error(range.problem);
    const { spool, first, last } = range.value;
    if (last - first + 1 !== points.length) throw new Error(`${points.length} points are numbered ${sequence}`);
    const device = this.#identityOf(cik);
    const key = `${device}/${spool}`;
    const stored = this.#lastNumber.get(key) ?? 0;
    this.#lastNumber.set(key, Math.max(stored, last));
    return points.slice(Math.max(0, stored - first + 1));
  }

  /** A device keeps its numbers when its CIK is renewed. */
  #identityOf(cik: string): string {
    for (const [identity, known] of this.ciks) if (known === cik) return identity;
    return cik;
  }

  #store(
    { cik }: SeenCall,
    points: readonly { readonly alias: string; readonly timestamp: string | undefined; readonly value: Uint8Array }[],
  ): void {
    for (const { alias, timestamp, value } of points) {
      this.points.push({ cik, alias, timestamp, value: Buffer.from(value) });
    }
  }
}

function headerOf(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === "string" ? value : undefined;
}
