/** The way to an upstream over MQTT: a session for each device, kept open while there is something to send. */
import type { Clock } from "@gateway-engine/core/clock";
import { UsageError } from "@gateway-engine/core/errors";
import type { TlsCredentials } from "@gateway-engine/core/tls";
import { parseMqttAddress } from "@gateway-engine/device-client/mqtt/address";
import type { MqttDeps } from "@gateway-engine/device-client/mqtt/connection";
import { provisionOverMqtt } from "@gateway-engine/device-client/mqtt/provision";
import { type MqttSession, openMqttSession } from "@gateway-engine/device-client/mqtt/session";
import type { Delivery, Sent } from "../../forwarder/sender.ts";
import { NOTHING_TAKEN, untaken, withTaken } from "../../forwarder/taken.ts";
import type { QueueDevice } from "../../spool/message.ts";
import type { Line } from "../line.ts";
import { HangUps, outcomeOfFailedLogin } from "./mqtt-outcome.ts";
import { NO_TEXT, type Parcel, parcelsOf } from "./parcels.ts";
import { SharedSessions } from "./shared-sessions.ts";

export interface MqttLineOptions {
  readonly addressOf: (device: QueueDevice) => Promise<string>;
  /** Asked until it has answered once. @throws ConfigError */
  readonly loadTls: () => Promise<TlsCredentials | undefined>;
  readonly dial: MqttDeps["dial"];
  /** Longest wait for the connection, for the login and for each acknowledgement. */
  readonly timeoutMs: number;
  readonly clock: Clock;
}

export class MqttLine implements Line {
  readonly #options: MqttLineOptions;
  readonly #sessions: SharedSessions;
  readonly #hangUps = new HangUps();
  #tls: Promise<TlsCredentials | undefined> | undefined;

  constructor(options: MqttLineOptions) {
    this.#options = options;
    this.#sessions = new SharedSessions(options.clock);
  }

  async send({ device, batch, cik, taken }: Delivery, signal: AbortSignal): Promise<Sent> {
    let has = taken;
    let isLoggedIn = false;
    const login = { device: device.id, cik, open: () => this.#open(device, cik, signal) };
    try {
      return await this.#sessions.use(login, async (session): Promise<Sent> => {
        isLoggedIn = true;
        for (const parcel of parcelsOf(batch, untaken(batch, taken), this.#options.clock.now())) {
          if (parcel.kind === "stale-bytes") return { outcome: NO_TEXT, taken: has };
          await publish(session, parcel, signal);
          has = withTaken(has, parcel.points);
        }
        this.#hangUps.forget(batch.lane);
        return { outcome: { kind: "accepted" }, taken: NOTHING_TAKEN };
      });
    } catch (error) {
      return { outcome: isLoggedIn ? this.#hangUps.judge(batch, error) : outcomeOfFailedLogin(error), taken: has };
    }
  }

  async activate(device: QueueDevice, signal: AbortSignal): Promise<string> {
    const { identity } = device;
    if (identity === undefined) {
      throw new UsageError("E_USAGE", { problem: "a device without an identity cannot be activated" });
    }
    const { addressOf, timeoutMs } = this.#options;
    const options = {
      server: await addressOf(device),
      identity: identity.serial,
      tls: await this.#loadTls(),
      timeoutMs,
    };
    return provisionOverMqtt(this.#options, options, { signal });
  }

  /** Over MQTT no server tells the time. */
  async time(device: QueueDevice, signal: AbortSignal): Promise<undefined> {
    const { addressOf, dial, timeoutMs } = this.#options;
    const address = parseMqttAddress(await addressOf(device));
    if (!address.ok) throw new UsageError("E_USAGE", { problem: address.problem });
    const { host, port, secure } = address.value;
    const tls = secure ? ((await this.#loadTls()) ?? {}) : undefined;
    const { stream } = await dial({ host, port, tls, timeoutMs }, signal);
    stream.on("error", () => {}).destroy();
  }

  close(): void {
    this.#sessions.closeAll();
  }

  async #open(device: QueueDevice, cik: string, signal: AbortSignal): Promise<MqttSession> {
    const { addressOf, timeoutMs } = this.#options;
    const server = await addressOf(device);
    const login = cik === "" ? "certificate" : { token: cik };
    return openMqttSession(this.#options, { server, login, tls: await this.#loadTls(), timeoutMs }, { signal });
  }

  #loadTls(): Promise<TlsCredentials | undefined> {
    this.#tls ??= this.#options.loadTls().catch((error: unknown) => {
      this.#tls = undefined;
      throw error;
    });
    return this.#tls;
  }
}

function publish(session: MqttSession, parcel: Exclude<Parcel, { kind: "stale-bytes" }>, signal: AbortSignal) {
  return parcel.kind === "batch"
    ? session.publishBatch(parcel.batch, { signal })
    : session.publish(parcel.alias, parcel.value, { signal });
}
