/// <reference lib="esnext.disposable" preserve="true" />
/**
 * A server that speaks the Device API over MQTT, on a real port, and does what a test tells it: it keeps what it stores in
 * order, and may refuse a login, hang up before or after it has stored a message, or never acknowledge it.
 *
 * ```ts
 * await using server = await startScriptedMqttServer({ identities: ["42"] });
 * const token = await provisionOverMqtt(deps, { server: server.url, identity: "42", timeoutMs }, { signal });
 * ```
 */
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { createServer as createTlsServer, TLSSocket } from "node:tls";
import {
  BATCH_TOPIC,
  isTopicLevel,
  PROVISION_TOPIC,
  parseBatch,
  RESOURCE_TOPIC,
} from "@gateway-engine/protocol/device-mqtt";
import { Aedes, type AuthenticateError, type Client, type PublishPacket } from "aedes";
import { Devices } from "./devices.ts";

/** What becomes of a message that a device publishes. */
export type Fate =
  | "store"
  /** The line drops, and nothing is stored. */
  | "drop-before"
  /** It is stored, and the line drops before the acknowledgement. */
  | "drop-after"
  /** It is stored, and never acknowledged; the line stays. */
  | "withhold";

export interface ScriptedMqttOptions {
  /** Devices that may be provisioned, once each. */
  readonly identities?: readonly string[];
  /** Devices that have their token already. */
  readonly tokens?: Readonly<Record<string, string>>;
  /** A fate for each message, in order; the last one is used again and again. "store" unless told. */
  readonly fates?: readonly [Fate, ...Fate[]];
  /** Speaks TLS. With `clientCa`, a client certificate signed by it logs in the device that its common name says. */
  readonly tls?: { readonly cert: string; readonly key: string; readonly clientCa?: string };
}

/** A value that a device has written. */
export interface StoredValue {
  readonly identity: string;
  readonly alias: string;
  readonly value: Buffer;
  /** The time that came with it, in microseconds since 1970; undefined: none. */
  readonly atMicros: number | undefined;
}

export interface ScriptedMqttServer extends AsyncDisposable {
  /** `mqtt://127.0.0.1:<port>`, or `mqtts://localhost:<port>`. */
  readonly url: string;
  readonly port: number;
  /** In the order of arrival. */
  readonly stored: readonly StoredValue[];
  /** Resolves as soon as so many values are stored. */
  storedCount(count: number): Promise<void>;
  /** Logins so far, refused ones included. */
  readonly logins: number;
  /** Answers further logins with this return code; 0 lets them in again. */
  refuseLogins(returnCode: 0 | 3 | 4 | 5): void;
  /** Gives further messages these fates. */
  setFates(...fates: readonly [Fate, ...Fate[]]): void;
  /** A write from the cloud side; a device that is away gets it at its next login. */
  write(identity: string, alias: string, value: string, atMicros?: number): void;
  /** Cuts every connection. */
  drop(): void;
  stop(): Promise<void>;
}

export async function startScriptedMqttServer(options: ScriptedMqttOptions = {}): Promise<ScriptedMqttServer> {
  const server = new AdcServer(options, await Aedes.createBroker({ queueLimit: 1000 }));
  await server.listen();
  return server;
}

class AdcServer implements ScriptedMqttServer {
  readonly #broker: Aedes;
  readonly #devices: Devices;
  readonly #listener: ReturnType<typeof createServer>;
  readonly #sockets = new Set<Socket>();
  readonly #identities = new WeakMap<Client, string>();
  /** Those that have heard what was written while they were away. */
  readonly #greeted = new Set<Client>();
  readonly #stored: StoredValue[] = [];
  readonly #waiting = new Set<() => void>();
  readonly #secure: boolean;
  #fates: readonly Fate[];
  #refusal: 0 | 3 | 4 | 5 = 0;
  logins = 0;

  constructor({ tls, identities = [], tokens = {}, fates = ["store"] }: ScriptedMqttOptions, broker: Aedes) {
    this.#devices = new Devices(identities, tokens);
    this.#fates = fates;
    this.#secure = tls !== undefined;
    this.#broker = broker;
    broker.authenticate = (client, username, password, done) => this.#login(client, { username, password }, done);
    broker.authorizePublish = (client, packet, done) => {
      if (client !== null) this.#publish(client, packet, done);
    };
    // Subscriptions are implied.
    broker.authorizeSubscribe = (_client, _subscription, done) => done(null, null);
    broker.on("clientReady", (client) => this.#greet(client));
    broker.on("clientDisconnect", (client) => this.#greeted.delete(client));
    const accept = (socket: Socket) => {
      broker.handle(socket);
    };
    this.#listener =
      tls === undefined
        ? createServer(accept)
        : createTlsServer(
            { ...tls, ...(tls.clientCa === undefined ? {} : { ca: tls.clientCa, requestCert: true }) },
            accept,
          );
    this.#listener.on("connection", (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on("error", () => {});
      socket.once("close", () => this.#sockets.delete(socket));
    });
  }

  async listen(): Promise<void> {
    this.#listener.listen(0, "127.0.0.1");
    await once(this.#listener, "listening");
  }

  get port(): number {
    const address = this.#listener.address();
    return address !== null && typeof address === "object" ? address.port : 0;
  }

  get url(): string {
    return this.#secure ? `mqtts://localhost:${this.port}` : `mqtt://127.0.0.1:${this.port}`;
  }

  get stored(): readonly StoredValue[] {
    return this.#stored;
  }

  async storedCount(count: number): Promise<void> {
    while (this.#stored.length < count) {
      await new Promise<void>((resolve) => {
        const wake = () => {
          this.#waiting.delete(wake);
          resolve();
        };
        this.#waiting.add(wake);
      });
    }
  }

  refuseLogins(returnCode: 0 | 3 | 4 | 5): void {
    this.#refusal = returnCode;
  }

  setFates(...fates: readonly [Fate, ...Fate[]]): void {
    this.#fates = fates;
  }

  write(identity: string, alias: string, value: string, atMicros: number = Date.now() * 1000): void {
    this.#devices.set(identity, { alias, value, atMicros });
    for (const client of this.#greeted) {
      if (this.#identities.get(client) === identity)
        this.#send(client, `${RESOURCE_TOPIC}/${alias}/${atMicros}`, value);
    }
  }

  drop(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async stop(): Promise<void> {
    if (!this.#listener.listening) return;
    const closed = once(this.#listener, "close");
    this.#listener.close();
    this.drop();
    await new Promise<void>((resolve) => this.#broker.close(resolve));
    await closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  #login(
    client: Client,
    { username, password }: { readonly username: string | undefined; readonly password: Buffer | undefined },
    done: (error: AuthenticateError | null, success: boolean | null) => void,
  ): void {
    this.logins += 1;
    const byCertificate = certificateName(client);
    const identity = byCertificate ?? this.#devices.identityOf(password?.toString() ?? "");
    const isAnonymous = byCertificate === undefined && username === undefined && password === undefined;
    const returnCode = this.#refusal === 0 && identity === undefined && !isAnonymous ? 4 : this.#refusal;
    if (returnCode === 0 && identity !== undefined) this.#identities.set(client, identity);
    if (returnCode === 0) done(null, true);
    else done(Object.assign(new Error("refused"), { returnCode }), false);
  }

  /** Sends what was written while the device was away. */
  #greet(client: Client): void {
    const identity = this.#identities.get(client);
    if (identity === undefined) return;
    this.#greeted.add(client);
    for (const { alias, value, atMicros } of this.#devices.unreported(identity)) {
      this.#send(client, `${RESOURCE_TOPIC}/${alias}/${atMicros}`, value);
    }
  }

  /** aedes acknowledges as soon as this calls `done`, before anything else hears of the message. */
  #publish(client: Client, packet: PublishPacket, done: (error?: Error | null) => void): void {
    const [prefix = "", name = "", ...rest] = packet.topic.split("/");
    const identity = this.#identities.get(client);
    const values = rest.length > 0 ? undefined : valuesOf(packet, prefix, name);
    if (prefix === PROVISION_TOPIC) this.#provision(client, name, done);
    else if (identity === undefined || values === undefined) done(new Error("refused"));
    else this.#write(client, { identity, values }, done);
  }

  #provision(client: Client, identity: string, done: (error?: Error | null) => void): void {
    const token = this.#devices.provision(identity);
    if (token === undefined) {
      done(new Error(`${identity} may not be provisioned`));
    } else {
      done();
      this.#send(client, `${PROVISION_TOPIC}/${identity}`, token);
    }
  }

  #write(client: Client, { identity, values }: Written, done: () => void): void {
    const fate = this.#nextFate();
    for (const value of fate === "drop-before" ? [] : values) {
      this.#stored.push({ identity, ...value });
      this.#devices.report(identity, value.alias);
    }
    for (const wake of this.#waiting) wake();
    if (fate === "store") done();
    if (fate === "drop-before" || fate === "drop-after") client.conn.destroy();
  }

  #nextFate(): Fate {
    const [fate = "store", ...others] = this.#fates;
    if (others.length > 0) this.#fates = others;
    return fate;
  }

  #send(client: Client, topic: string, payload: string): void {
    client.publish({ cmd: "publish", topic, payload, qos: 1, dup: false, retain: false }, () => {});
  }
}

type WrittenValue = Omit<StoredValue, "identity">;

interface Written {
  readonly identity: string;
  readonly values: readonly WrittenValue[];
}

/** @returns undefined for what a device may not publish */
function valuesOf(packet: PublishPacket, prefix: string, alias: string): readonly WrittenValue[] | undefined {
  const payload = Buffer.from(packet.payload);
  if (packet.topic === BATCH_TOPIC) {
    const batch = parseBatch(payload.toString());
    return batch.ok ? batch.value.map((point) => ({ ...point, value: Buffer.from(point.value) })) : undefined;
  }
  if (prefix !== RESOURCE_TOPIC || !isTopicLevel(alias)) return undefined;
  return [{ alias, value: payload, atMicros: undefined }];
}

function certificateName(client: Client): string | undefined {
  if (!(client.conn instanceof TLSSocket)) return undefined;
  const name: unknown = client.conn.getPeerCertificate().subject?.CN;
  return typeof name === "string" ? name : undefined;
}
