/**
 * The broker for the gateway's own MQTT clients: whatever they publish goes into the queue before it is acknowledged, as far
 * as it is data, and to the local subscribers.
 *
 * Loaded when the first client connects, since it takes several megabytes.
 */
import type { Duplex } from "node:stream";
import type { Clock } from "@gateway-engine/core/clock";
import { describeError } from "@gateway-engine/core/errors";
import type { Logger } from "@gateway-engine/core/logger";
import { MAX_VALUE_BYTES } from "@gateway-engine/protocol/device-api";
import { provisionTopic } from "@gateway-engine/protocol/device-mqtt";
import { Aedes, type AuthenticateError, type Client, type PublishPacket, type Subscription } from "aedes";
import type { Credentials } from "../../identity/credentials.ts";
import type { Submission } from "../../spool/message.ts";
import type { Spool } from "../../spool/spool.ts";
import { deviceOfSender, type SenderDeps } from "../device-of-sender.ts";
import type { OwnDevice } from "../own-device.ts";
import { ClientSession } from "./client-session.ts";
import { LocalStore, MAX_SUBSCRIPTIONS } from "./local-store.ts";
import { senderOfLogin } from "./login.ts";
import type { MqttCfg } from "./mqtt-cfg.ts";
import { limitPackets } from "./packet-meter.ts";
import { RepeatedWarning } from "./repeated-warning.ts";
import { type Route, routeOf } from "./route.ts";
import { MAX_TOPIC_LEVELS } from "./topic-filter.ts";

export interface BrokerDeps {
  readonly spool: Pick<Spool, "deviceOf"> & SenderDeps["spool"];
  readonly credentials: Pick<Credentials, "known" | "obtain"> & SenderDeps["credentials"];
  readonly own: OwnDevice;
  /** Resolves when the message is on disk. */
  readonly accept: (device: number, submission: Submission) => Promise<void>;
  readonly cfg: () => MqttCfg;
  readonly clock: Clock;
  readonly log: Logger;
}

/** A value of the largest size, and the longest topic with what stands around it. */
const MAX_PACKET_BYTES = MAX_VALUE_BYTES + 65_535 + 4;

/** Longest wait for the first packet of a client. */
const CONNECT_TIMEOUT_MS = 10_000;

/** A subscriber that takes nothing for so long is cut off: those who publish to it wait for it meanwhile. */
const DRAIN_TIMEOUT_MS = 5000;

/** Messages of QoS 2 of one client that wait for its release. */
const MAX_INFLIGHT = 100;

/** Return codes of CONNACK: MQTT 3.1.1, section 3.2.2.3. */
const UNAVAILABLE = 3;
const BAD_LOGIN = 4;

export class MqttBroker {
  readonly #deps: BrokerDeps;
  readonly #aedes: Aedes;
  readonly #store: LocalStore;
  readonly #warning: RepeatedWarning;
  readonly #sessions = new WeakMap<Client, ClientSession>();
  #closing = false;

  static async open(deps: BrokerDeps): Promise<MqttBroker> {
    const broker = new MqttBroker(deps);
    await broker.#aedes.listen();
    return broker;
  }

  private constructor(deps: BrokerDeps) {
    this.#deps = deps;
    this.#warning = new RepeatedWarning(deps.clock, deps.log);
    this.#store = new LocalStore((what) => this.#warning.warn("room", `no room in memory for ${what}: it is dropped`));
    this.#aedes = new Aedes({
      persistence: this.#store,
      connectTimeout: CONNECT_TIMEOUT_MS,
      drainTimeout: DRAIN_TIMEOUT_MS,
      maxInflightInbound: MAX_INFLIGHT,
      maxTopicLevels: MAX_TOPIC_LEVELS,
      authenticate: (client, userName, password, done) => {
        this.#login(client, userName, password).then(
          () => done(null, true),
          (error: AuthenticateError) => done(error, false),
        );
      },
      authorizePublish: (client, packet, done) => {
        const stored = this.#publish(client, packet);
        if (stored === undefined) done();
        else stored.then(() => done(), done);
      },
      authorizeSubscribe: (client, subscription, done) => done(null, this.#subscribe(client, subscription)),
    });
    this.#aedes.on("unsubscribe", (topics, client) => {
      for (const topic of topics) this.#sessions.get(client)?.subscriptions.delete(topic);
    });
    this.#aedes.on("clientError", (client, error) => deps.log.debug(`${nameOf(client)}: ${error.message}`));
    this.#aedes.on("connectionError", (client, error) => deps.log.debug(`${nameOf(client)}: ${error.message}`));
  }

  serve(connection: Duplex): void {
    const tooLong = `a client is cut off, since it sent a packet of more than ${MAX_PACKET_BYTES} bytes`;
    limitPackets(connection, MAX_PACKET_BYTES, () => this.#warning.warn("size", tooLong));
    this.#aedes.handle(connection);
  }

  close(): Promise<void> {
    this.#closing = true;
    return new Promise((resolve) => this.#aedes.close(resolve));
  }

  /** @throws AuthenticateError */
  async #login(client: Client, userName: string | undefined, password: Buffer | undefined): Promise<void> {
    const sender = senderOfLogin(userName, password);
    if (!sender.ok) {
      this.#warning.warn("login", `${nameOf(client)} is not let in: ${sender.problem}`);
      throw loginError(sender.problem, BAD_LOGIN);
    }
    try {
      await this.#deps.own.ready();
      const device = sender.value === undefined ? undefined : await deviceOfSender(this.#deps, sender.value);
      this.#sessions.set(client, new ClientSession(device));
    } catch (error) {
      this.#warning.warn("login", `${nameOf(client)} is not let in: ${describeError(error)}`);
      throw loginError(describeError(error), UNAVAILABLE);
    }
  }

  #subscribe(client: Client, subscription: Subscription): Subscription | null {
    const subscriptions = this.#sessions.get(client)?.subscriptions;
    if (subscriptions === undefined) return null;
    if (subscriptions.size >= MAX_SUBSCRIPTIONS && !subscriptions.has(subscription.topic)) {
      this.#warning.warn("subscriptions", `${nameOf(client)} has ${MAX_SUBSCRIPTIONS} subscriptions, and gets no more`);
      return null;
    }
    subscriptions.add(subscription.topic);
    return subscription;
  }

  /** @returns resolves when it may be acknowledged, rejects when its client is to be cut off; undefined: at once */
  #publish(client: Client | null, packet: PublishPacket): Promise<void> | undefined {
    const session = client === null ? undefined : this.#sessions.get(client);
    if (client === null || session === undefined) return Promise.reject(new Error("a will of nobody"));
    if (this.#closing) return Promise.reject(new Error("gmq is being stopped"));
    if (packet.topic.startsWith("$SYS/")) return Promise.reject(new Error("only the broker writes to $SYS"));
    if (packet.payload.length > MAX_VALUE_BYTES) {
      const problem = `the value of ${packet.topic} is over ${MAX_VALUE_BYTES} bytes`;
      this.#warning.warn("size", `${nameOf(client)} is cut off: ${problem}`);
      return Promise.reject(new Error(problem));
    }
    const stored = this.#once(client, session, packet);
    return stored === undefined && !session.waits ? undefined : session.inOrder(stored ?? Promise.resolve());
  }

  /** A message of QoS 2 that is sent again before its release is the same message. */
  #once(client: Client, session: ClientSession, packet: PublishPacket): Promise<void> | undefined {
    if (packet.qos !== 2 || packet.messageId === undefined) return this.#take(client, session, packet);
    return this.#store.received.commit(
      client.id,
      packet.messageId,
      () => this.#take(client, session, packet) ?? Promise.resolve(),
    );
  }

  #take(client: Client, session: ClientSession, packet: PublishPacket): Promise<void> | undefined {
    const payload = typeof packet.payload === "string" ? Buffer.from(packet.payload) : packet.payload;
    const route = routeOf({ topic: packet.topic, payload, retain: packet.retain }, this.#deps.cfg());
    if (route.kind === "local") return undefined;
    if (route.kind === "queue") return this.#queue(session, packet, route);
    this.#provision(client, route.serial);
    return undefined;
  }

  async #queue(session: ClientSession, packet: PublishPacket, route: Extract<Route, { kind: "queue" }>): Promise<void> {
    const { spool, own, accept } = this.#deps;
    if (route.problem !== undefined) {
      const text = `a message of ${packet.topic} is queued as a value of that name: ${route.problem}`;
      this.#warning.warn(packet.topic, text);
    }
    const device = route.device === undefined ? (session.device ?? own.device()) : spool.deviceOf(route.device);
    try {
      await Promise.all(route.submissions.map((submission) => accept(device.id, submission)));
    } catch (error) {
      if (packet.qos > 0) throw error;
      this.#warning.warn("lost", `a message of ${packet.topic} with QoS 0 is lost: ${describeError(error)}`);
    }
  }

  /** The token comes as a message to the client that asked, as soon as there is one. */
  #provision(client: Client, serial: string): void {
    const { spool, credentials, own, cfg, log } = this.#deps;
    const product = cfg().product ?? own.identity();
    if (product === undefined) {
      const mend = "set product in section [mqtt], or give the gateway an identity";
      this.#warning.warn("provision", `${nameOf(client)} gets no token: its product is not known; ${mend}`);
      return;
    }
    const { id } = spool.deviceOf({ vendor: product.vendor, model: product.model, serial });
    const token = credentials.known(id).then((cik) => cik ?? credentials.obtain(id, undefined));
    token.then(
      (cik) => {
        const packet = {
          cmd: "publish",
          topic: provisionTopic(serial),
          payload: cik,
          qos: 1,
          retain: false,
          dup: false,
        } as const;
        if (!client.closed) client.publish(packet, () => {});
      },
      (error: unknown) => log.debug(`${nameOf(client)} gets no token: ${describeError(error)}`),
    );
  }
}

function nameOf(client: Client): string {
  return client.id === null || client.id === undefined ? "an MQTT client" : `the MQTT client ${client.id}`;
}

function loginError(problem: string, returnCode: number): AuthenticateError {
  return Object.assign(new Error(problem), { returnCode });
}
