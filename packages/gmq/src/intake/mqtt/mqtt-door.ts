/** Where MQTT is taken in: a listening socket, and behind it a broker that is loaded when the first client connects. */
import type { Duplex } from "node:stream";
import { describeError, errorTrace, GatewayEngineError } from "@gateway-engine/core/errors";
import { VERSION } from "@gateway-engine/core/version";
import { listenTcp, type RunningTcpServer } from "@gateway-engine/platform/tcp-server";
import type { BrokerDeps, MqttBroker } from "./broker.ts";
import { DEFAULT_MQTT_LISTEN, type MqttCfg } from "./mqtt-cfg.ts";

export interface MqttDoorDeps extends BrokerDeps {
  /** Path of gmq.cfg, for messages. */
  readonly gmqCfg: string;
}

/** Clients at a time. */
const MAX_CONNECTIONS = 200;

export class MqttDoor {
  readonly #deps: MqttDoorDeps;
  #listen: MqttCfg["listen"] = "off";
  #server: RunningTcpServer | undefined;
  #broker: Promise<MqttBroker> | undefined;

  constructor(deps: MqttDoorDeps) {
    this.#deps = deps;
  }

  /**
   * Listens where gmq.cfg says; called again, it moves when that has changed, and tries again where it failed.
   *
   * @throws TransportError when the address that was set by hand cannot be had
   */
  async open(): Promise<void> {
    const { listen } = this.#deps.cfg();
    if (isSame(listen, this.#listen) && (this.#server !== undefined || listen === "off")) return;
    await this.close();
    this.#listen = listen;
    if (listen === "off") return;
    try {
      await this.#open(listen);
    } catch (error) {
      if (!isSame(listen, DEFAULT_MQTT_LISTEN) || !(error instanceof GatewayEngineError)) throw error;
      const mend = "then gmq reread; listen = off is the end of this warning";
      this.#deps.log.warn(`MQTT is not taken in: ${describeError(error)}, ${mend}`);
    }
  }

  async close(): Promise<void> {
    const broker = this.#broker;
    this.#broker = undefined;
    await broker?.then(
      (opened) => opened.close(),
      () => undefined,
    );
    await this.#server?.stop();
    this.#server = undefined;
  }

  async #open({ host, port }: Exclude<MqttCfg["listen"], "off">): Promise<void> {
    const option = `listen in section [mqtt] of ${this.#deps.gmqCfg}`;
    const serve = (connection: Duplex) => void this.#serve(connection);
    this.#server = await listenTcp({ host, port, option, maxConnections: MAX_CONNECTIONS, serve });
    const address = `${host.includes(":") ? `[${host}]` : host}:${this.#server.port}`;
    this.#deps.log.info(`gmq ${VERSION} takes MQTT at mqtt://${address}`);
  }

  async #serve(connection: Duplex): Promise<void> {
    try {
      this.#broker ??= this.#load();
      const broker = await this.#broker;
      if (!connection.destroyed) broker.serve(connection);
    } catch (error) {
      connection.destroy();
      this.#broker = undefined;
      this.#deps.log.error(errorTrace(error));
    }
  }

  async #load(): Promise<MqttBroker> {
    const [{ MqttBroker }, { default: packets }] = await Promise.all([import("./broker.ts"), import("mqtt-packet")]);
    // A table of all numbers of two bytes as they go over the wire would take 20 MB.
    packets.writeToStream.cacheNumbers = false;
    return MqttBroker.open(this.#deps);
  }
}

function isSame(one: MqttCfg["listen"], other: MqttCfg["listen"]): boolean {
  if (one === "off" || other === "off") return one === other;
  return one.host === other.host && one.port === other.port;
}
