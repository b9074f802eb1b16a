/**
 * One connection to an MQTT 3.1.1 server, from its login to its end. It never comes back by itself and keeps nothing for later:
 * a message is published now, or the call fails.
 */
import type { Duplex } from "node:stream";
import type { Clock } from "@gateway-engine/core/clock";
import { CancelledError, type GatewayEngineError, TransportError } from "@gateway-engine/core/errors";
import type { TlsCredentials } from "@gateway-engine/core/tls";
import type { IClientOptions, MqttClient } from "mqtt";
import type { MqttAddress } from "./address.ts";
import { connectionFailure, hungUp } from "./failures.ts";
import { loadMqttClient } from "./library.ts";
import { Slots } from "./slots.ts";

export interface MqttDeps {
  readonly clock: Pick<Clock, "after">;
  /** Opens the connection that MQTT is spoken over; `dialStream` of platform is one. */
  readonly dial: (target: DialTarget, signal: AbortSignal) => Promise<Line>;
}

export interface DialTarget {
  readonly host: string;
  readonly port: number;
  /** Plain TCP without it. */
  readonly tls?: TlsCredentials | undefined;
  readonly timeoutMs: number;
}

/** An open connection, and what its errors mean. */
export interface Line {
  readonly stream: Duplex;
  readonly failure: (cause: unknown) => GatewayEngineError;
}

export interface MqttConnectionOptions {
  readonly address: MqttAddress;
  readonly tls?: TlsCredentials | undefined;
  /** Without them the login is anonymous, or by client certificate. */
  readonly credentials?: { readonly username: string; readonly password: string } | undefined;
  /** Longest wait for the connection, for the login and for each acknowledgement. */
  readonly timeoutMs: number;
  /** Silence after which the line is tested; one that does not answer within half as long again is given up. */
  readonly keepAliveSeconds: number;
  /** Topics to hear of, for servers that imply none. */
  readonly subscriptions?: readonly string[] | undefined;
  readonly onMessage: (topic: string, payload: Uint8Array) => void;
}

export interface MqttCall {
  readonly signal: AbortSignal;
}

/** Why a connection is over. @property error undefined: it was closed from here */
export interface MqttEnd {
  readonly error: GatewayEngineError | undefined;
}

/** Publishes that wait for their acknowledgement at one time; further ones wait for their turn. */
const MAX_IN_FLIGHT = 64;

/** How long an end in good order may take. */
const LEAVE_LIMIT_MS = 1000;

/** Longest message that is taken from the server, in bytes. */
const MAX_INCOMING_BYTES = 16 * 1_048_576;

export class MqttConnection {
  /** Resolves when the connection is over. */
  readonly ended: Promise<MqttEnd>;
  readonly #client: MqttClient;
  readonly #deps: MqttDeps;
  readonly #options: MqttConnectionOptions;
  readonly #slots = new Slots(MAX_IN_FLIGHT);
  /** Told of the end. A reaction to `ended` would stay, with its message, as long as the connection. */
  readonly #waiting = new Set<(end: MqttEnd) => void>();
  #isLoggedIn = false;
  #end: MqttEnd | undefined;
  #resolveEnded: (end: MqttEnd) => void = () => {};

  /** @throws TransportError; AuthenticationError when the login is refused; CancelledError */
  static async open(deps: MqttDeps, options: MqttConnectionOptions, call: MqttCall): Promise<MqttConnection> {
    const { address, tls, timeoutMs } = options;
    const { host, port, secure } = address;
    // Loaded first: a line that fails while nobody listens to its errors would end the program.
    const Client = await loadMqttClient();
    const line = await deps.dial({ host, port, timeoutMs, tls: secure ? (tls ?? {}) : undefined }, call.signal);
    const client = new Client(() => line.stream, clientOptions(options));
    const connection = new MqttConnection(deps, options, { client, line });
    try {
      await connection.#login(call);
      await connection.#subscribe(options.subscriptions ?? [], call);
      return connection;
    } catch (error) {
      connection.#stop({ error: undefined });
      throw error;
    }
  }

  private constructor(
    deps: MqttDeps,
    options: MqttConnectionOptions,
    { client, line }: { readonly client: MqttClient; readonly line: Line },
  ) {
    this.#deps = deps;
    this.#options = options;
    this.#client = client;
    this.ended = new Promise((resolve) => {
      this.#resolveEnded = resolve;
    });
    const server = options.address.url;
    client.on("error", (cause) => this.#stop({ error: connectionFailure(cause, server, line.failure) }));
    client.on("close", () => this.#stop({ error: hungUp(server, this.#doubt()) }));
    client.on("message", options.onMessage);
    this.#limitIncoming();
  }

  get isOpen(): boolean {
    return this.#end === undefined;
  }

  /**
   * Resolves when the server has acknowledged the message.
   *
   * @throws TransportError when the connection ends first, or the acknowledgement does not come in time, which ends it
   */
  async publish(topic: string, payload: Uint8Array, call: MqttCall): Promise<void> {
    const release = await this.#slots.take(call.signal);
    try {
      await this.until<void>(`the acknowledgement of ${topic}`, call, (acknowledged) => {
        const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
        this.#client.publish(topic, bytes, { qos: 1 }, (error) => {
          if (!error) acknowledged();
        });
      });
    } finally {
      release();
    }
  }

  /** Takes leave of the server and ends; what is not acknowledged yet fails. */
  async close(): Promise<void> {
    if (this.#end !== undefined) return;
    this.#finish({ error: undefined });
    const isIdle = Object.keys(this.#client.outgoing).length === 0;
    const limit = this.#deps.clock.after(LEAVE_LIMIT_MS, () => this.#client.stream.destroy());
    await this.#client.endAsync(!isIdle);
    limit.cancel();
  }

  async #login(call: MqttCall): Promise<void> {
    await this.until<void>(`the login at ${this.#options.address.url}`, call, (accepted) => {
      this.#client.once("connect", () => accepted());
    });
    this.#isLoggedIn = true;
  }

  async #subscribe(topics: readonly string[], call: MqttCall): Promise<void> {
    if (topics.length === 0) return;
    const error = await this.until<Error | null>("the subscription", call, (done) => {
      this.#client.subscribe([...topics], { qos: 1 }, done);
    });
    const details = { server: this.#options.address.url, what: "the subscription", status: "128" };
    if (error) throw new TransportError("E_REFUSED", { ...details, reason: error.message }, { cause: error });
  }

  #doubt(): string | undefined {
    const isShown = this.#options.tls?.cert !== undefined && !this.#isLoggedIn;
    return isShown ? "perhaps it does not accept the client certificate" : undefined;
  }

  /**
   * Waits until `begin` calls back with the answer.
   *
   * @throws why the connection ended, if it does so first; TransportError E_TIMEOUT, which ends it; CancelledError
   */
  async until<Answer>(
    what: string,
    { signal }: MqttCall,
    begin: (done: (answer: Answer) => void) => void,
  ): Promise<Answer> {
    const { timeoutMs } = this.#options;
    const timer = this.#deps.clock.after(timeoutMs, () => {
      this.#stop({ error: new TransportError("E_TIMEOUT", { what, timeoutMs }) });
    });
    let cancel = () => {};
    let fail = (_end: MqttEnd) => {};
    try {
      return await new Promise<Answer>((resolve, reject) => {
        cancel = () => reject(new CancelledError("E_CANCELLED", { what }, { cause: signal.reason }));
        fail = ({ error }) => reject(error ?? new CancelledError("E_CANCELLED", { what }));
        this.#waiting.add(fail);
        signal.addEventListener("abort", cancel, { once: true });
        if (signal.aborted) cancel();
        else if (this.#end !== undefined) fail(this.#end);
        else begin(resolve);
      });
    } finally {
      timer.cancel();
      this.#waiting.delete(fail);
      signal.removeEventListener("abort", cancel);
    }
  }

  /** Neither the library nor MQTT 3.1.1 limits what a server may send in one message. */
  #limitIncoming(): void {
    let unread = 0;
    this.#client.on("packetreceive", () => {
      unread = 0;
    });
    this.#client.stream.on("data", (chunk: Uint8Array) => {
      unread += chunk.length;
      if (unread <= MAX_INCOMING_BYTES) return;
      const problem = `a message over ${MAX_INCOMING_BYTES} bytes`;
      const server = this.#options.address.url;
      this.#stop({ error: new TransportError("E_RESPONSE_INVALID", { server, problem }) });
    });
  }

  /** Ends at once, because the line or the server has failed. */
  #stop(end: MqttEnd): void {
    if (this.#end !== undefined) return;
    this.#finish(end);
    this.#client.end(true);
  }

  #finish(end: MqttEnd): void {
    this.#end = end;
    for (const fail of this.#waiting) fail(end);
    this.#resolveEnded(end);
  }
}

function clientOptions({ credentials, keepAliveSeconds, timeoutMs }: MqttConnectionOptions): IClientOptions {
  return {
    protocolVersion: 4,
    // The server knows the device by its login; an id that does not fit would be refused.
    clientId: "",
    clean: true,
    ...credentials,
    keepalive: keepAliveSeconds,
    connectTimeout: timeoutMs,
    reconnectPeriod: 0,
    queueQoSZero: false,
    // A table of every 16-bit number as bytes: 13 MB, to write some packets a little faster.
    writeCache: false,
    timerVariant: "native",
  };
}
