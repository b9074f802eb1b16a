/**
 * A device's session with its server over MQTT: it writes values and hears what the cloud side writes to it.
 *
 * A session is one connection. When it ends, `closed` says why, every call fails, and the caller decides when to open the next.
 *
 * @see docs/reference/device-api-mqtt.md
 */
import { type GatewayEngineError, UsageError } from "@gateway-engine/core/errors";
import type { TlsCredentials } from "@gateway-engine/core/tls";
import { MAX_VALUE_BYTES } from "@gateway-engine/protocol/device-api";
import {
  BATCH_TOPIC,
  type BatchPoint,
  type BatchUnit,
  encodeBatch,
  isTopicLevel,
  parseWriteTopic,
  resourceTopic,
} from "@gateway-engine/protocol/device-mqtt";
import { type MqttAddress, parseMqttAddress } from "./address.ts";
import { type MqttCall, MqttConnection, type MqttDeps } from "./connection.ts";

export type { BatchPoint, BatchUnit } from "@gateway-engine/protocol/device-mqtt";
export type { DialTarget, Line, MqttCall, MqttDeps } from "./connection.ts";

export interface MqttSessionOptions {
  /** `mqtts://<product>.m2.exosite.io`, or what else `parseMqttAddress` reads. */
  readonly server: string;
  /** The device's token (CIK); `certificate` logs in with the client certificate of `tls`. */
  readonly login: { readonly token: string } | "certificate";
  readonly tls?: TlsCredentials | undefined;
  /** Longest wait for the connection, for the login and for each acknowledgement. */
  readonly timeoutMs: number;
  /** Silence after which the line is tested, in seconds. */
  readonly keepAliveSeconds?: number;
  /** What the server wants the times of a batch in; microseconds unless told. */
  readonly batchUnit?: BatchUnit;
  /** Topics to subscribe to, for a broker that has to be asked; servers of the Device API send without. */
  readonly subscriptions?: readonly string[];
  /** Called for each value that the cloud side writes, in order; after a login, first with those that the device has not reported back yet. */
  readonly onWrite?: (write: CloudWrite) => void;
}

export interface CloudWrite {
  readonly alias: string;
  readonly value: Uint8Array;
  /** When it was written: microseconds since 1970. */
  readonly atMicros: number;
}

/** Why a session is over. */
export interface MqttClosure {
  /** Undefined when it was closed from here. */
  readonly error: GatewayEngineError | undefined;
}

export interface MqttSession {
  /** `mqtts://host:port`, or `mqtt://` when the connection is plain. */
  readonly server: string;
  readonly state: "open" | "closed";
  readonly closed: Promise<MqttClosure>;
  /**
   * Writes one value, of any bytes, which gets the server's time of receipt. Resolves when the server has acknowledged it.
   *
   * @throws TransportError, after which the session is closed: E_UNREACHABLE when it hung up, which may also be its way to refuse
   *   the value, or E_TIMEOUT; UsageError E_USAGE or E_TOO_LARGE for what no server would take; CancelledError
   */
  publish(alias: string, value: string | Uint8Array, call: MqttCall): Promise<void>;
  /** Writes values with their own times, in one message. Resolves and throws as `publish`. */
  publishBatch(points: readonly BatchPoint[], call: MqttCall): Promise<void>;
  /** Publishes a message of the caller's own, to any topic. Resolves and throws as `publish`. */
  publishTo(topic: string, payload: string | Uint8Array, call: MqttCall): Promise<void>;
  /** Takes leave of the server. */
  close(): Promise<void>;
}

const DEFAULT_KEEP_ALIVE_SECONDS = 60;

/** A text's length is a number of two bytes. @see MQTT 3.1.1, section 1.5.3 */
const MAX_TOPIC_BYTES = 65_535;

/**
 * ```ts
 * const session = await openMqttSession({ clock, dial: dialStream }, { server: "mqtts://acme.m2.exosite.io", login: { token }, timeoutMs: 15_000 }, { signal });
 * await session.publish("temperature", "21.5", { signal });
 * await session.close();
 * ```
 *
 * @throws AuthenticationError E_NOT_ACTIVATED when the token is not accepted; TransportError; UsageError; CancelledError
 */
export async function openMqttSession(
  deps: MqttDeps,
  options: MqttSessionOptions,
  call: MqttCall,
): Promise<MqttSession> {
  const address = readAddress(options.server);
  const { login, tls, timeoutMs, onWrite } = options;
  const connection = await MqttConnection.open(
    deps,
    {
      address,
      tls,
      timeoutMs,
      keepAliveSeconds: options.keepAliveSeconds ?? DEFAULT_KEEP_ALIVE_SECONDS,
      subscriptions: options.subscriptions,
      credentials: login === "certificate" ? undefined : { username: "", password: login.token },
      onMessage: (topic, value) => {
        const written = parseWriteTopic(topic);
        if (written !== undefined) onWrite?.({ ...written, value });
      },
    },
    call,
  );
  return new ConnectedSession(connection, address, options.batchUnit ?? "microseconds");
}

/** @throws UsageError */
export function readAddress(server: string): MqttAddress {
  const address = parseMqttAddress(server);
  if (address.ok) return address.value;
  throw new UsageError("E_USAGE", { problem: address.problem });
}

class ConnectedSession implements MqttSession {
  readonly server: string;
  readonly closed: Promise<MqttClosure>;
  readonly #connection: MqttConnection;
  readonly #batchUnit: BatchUnit;

  constructor(connection: MqttConnection, address: MqttAddress, batchUnit: BatchUnit) {
    this.server = address.url;
    this.closed = connection.ended;
    this.#connection = connection;
    this.#batchUnit = batchUnit;
  }

  get state(): "open" | "closed" {
    return this.#connection.isOpen ? "open" : "closed";
  }

  async publish(alias: string, value: string | Uint8Array, call: MqttCall): Promise<void> {
    const bytes = toBytes(value);
    checkPoint(alias, bytes);
    await this.#connection.publish(resourceTopic(alias), bytes, call);
  }

  async publishBatch(points: readonly BatchPoint[], call: MqttCall): Promise<void> {
    if (points.length === 0) return;
    for (const { alias, value } of points) checkPoint(alias, toBytes(value));
    await this.#connection.publish(BATCH_TOPIC, toBytes(encodeBatch(points, this.#batchUnit)), call);
  }

  async publishTo(topic: string, payload: string | Uint8Array, call: MqttCall): Promise<void> {
    if (topic === "" || /[+#\x00]/.test(topic)) {
      throw new UsageError("E_USAGE", {
        problem: `"${topic}" is not a topic to publish to: it is empty or holds + or #`,
      });
    }
    if (Buffer.byteLength(topic) > MAX_TOPIC_BYTES) {
      throw new UsageError("E_TOO_LARGE", { what: "the topic", limit: MAX_TOPIC_BYTES });
    }
    await this.#connection.publish(topic, toBytes(payload), call);
  }

  close(): Promise<void> {
    return this.#connection.close();
  }
}

/** A server can only hang up on what it does not take, so that this is found out here. */
function checkPoint(alias: string, value: Uint8Array): void {
  if (!isTopicLevel(alias)) {
    throw new UsageError("E_USAGE", { problem: `"${alias}" is not an alias: it is empty or holds one of + # /` });
  }
  if (value.length > MAX_VALUE_BYTES) {
    throw new UsageError("E_TOO_LARGE", { what: `the value of ${alias}`, limit: MAX_VALUE_BYTES });
  }
}

function toBytes(value: string | Uint8Array): Uint8Array {
  return typeof value === "string" ? new TextEncoder().encode(value) : value;
}
