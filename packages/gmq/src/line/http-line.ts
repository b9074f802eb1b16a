/** The way to an upstream over HTTP: the record API in the form that the server takes. */
import type { Clock } from "@gateway-engine/core/clock";
import { GatewayEngineError, UsageError } from "@gateway-engine/core/errors";
import type { HttpClient, Traffic } from "@gateway-engine/core/http";
import { EARLIEST_TIME } from "@gateway-engine/core/version";
import {
  type CallOptions,
  createDeviceClient,
  type DeviceClient,
  type RawRequest,
} from "@gateway-engine/device-client/device-client";
import type { RequestTraffic } from "@gateway-engine/protocol/local-control";
import type { RecordChoice } from "../config/upstream-cfg.ts";
import { outcomeOf, outcomeOfFailure } from "../forwarder/outcome.ts";
import type { Delivery, Sent } from "../forwarder/sender.ts";
import type { QueueDevice } from "../spool/message.ts";
import type { CountTraffic } from "../traffic/traffic-counters.ts";
import { withDeadline } from "./deadline.ts";
import type { Line } from "./line.ts";
import { type Posted, RecordForms } from "./record-forms.ts";
import { ServerClock } from "./server-clock.ts";

type ClosableHttp = HttpClient & { close(): void };

export interface HttpLineOptions {
  /** @throws ConfigError when nothing says where the device's server is */
  readonly addressOf: (device: QueueDevice) => Promise<string>;
  /** Asked until it has answered once. @throws ConfigError */
  readonly openHttp: () => Promise<ClosableHttp>;
  readonly userAgent: string;
  /** Longest silence of the server. */
  readonly timeoutMs: number;
  readonly record: RecordChoice;
  /** The queue's name, which the numbers of its points go with. */
  readonly spool: string;
  readonly clock: Clock;
  readonly countTraffic: CountTraffic;
}

/** A whole request may take so many times the longest silence: an answer that never ends is none. */
const LONGEST_REQUEST = 10;

/** One server, and what is known of it. */
interface Server {
  readonly client: DeviceClient;
  readonly forms: RecordForms;
  readonly time: ServerClock;
}

/** Failures that a server has answered with. */
const ANSWERS: ReadonlySet<string> = new Set(["E_NOT_ACTIVATED", "E_REFUSED", "E_SERVER", "E_RESPONSE_INVALID"]);

export class HttpLine implements Line {
  readonly #options: HttpLineOptions;
  readonly #servers = new Map<string, Server>();
  #http: Promise<ClosableHttp> | undefined;

  constructor(options: HttpLineOptions) {
    this.#options = options;
  }

  async send({ device, batch, cik, taken }: Delivery, signal: AbortSignal): Promise<Sent> {
    try {
      const { client, forms } = await this.#serverOf(device);
      return await forms.send(batch, taken, (request) => {
        const call = { cik, signal, onTraffic: this.#counting(device, "forward") };
        return this.#post(client, request, call);
      });
    } catch (error) {
      return { outcome: outcomeOfFailure(error), taken };
    }
  }

  async activate(device: QueueDevice, signal: AbortSignal): Promise<string> {
    const { identity } = device;
    if (identity === undefined)
      throw new UsageError("E_USAGE", { problem: "a device without an identity cannot be activated" });
    const { client } = await this.#serverOf(device);
    return this.#bounded(signal, (ended) =>
      client.activate(identity, { signal: ended, onTraffic: this.#counting(device, "activate") }),
    );
  }

  async time(device: QueueDevice, signal: AbortSignal): Promise<number | undefined> {
    const { client, time } = await this.#serverOf(device);
    try {
      const onTraffic = this.#counting(device, "timestamp");
      return credible((await this.#bounded(signal, (ended) => client.timestamp({ signal: ended, onTraffic }))) * 1000);
    } catch (error) {
      if (!(error instanceof GatewayEngineError && ANSWERS.has(error.code))) throw error;
      return credible(time.now());
    }
  }

  close(): void {
    this.#http?.then((http) => http.close()).catch(() => {});
  }

  #counting(device: QueueDevice, purpose: RequestTraffic["purpose"]): (traffic: Traffic) => void {
    return ({ wireSent, wireReceived }) =>
      this.#options.countTraffic(device.id, { purpose, requests: 1, sent: wireSent, received: wireReceived });
  }

  async #post(client: DeviceClient, request: RawRequest, call: CallOptions): Promise<Posted> {
    // Without an answer it would be sent again in any case.
    const again = { ...request, repeatable: true };
    try {
      const answer = await this.#bounded(call.signal, (ended) => client.send(again, { ...call, signal: ended }));
      return { outcome: outcomeOf(answer), status: answer.status };
    } catch (error) {
      return { outcome: outcomeOfFailure(error), status: undefined };
    }
  }

  #bounded<Answer>(signal: AbortSignal, ask: (signal: AbortSignal) => Promise<Answer>): Promise<Answer> {
    const { clock, timeoutMs } = this.#options;
    return withDeadline({ clock, ms: LONGEST_REQUEST * timeoutMs, what: "the server's answer" }, signal, ask);
  }

  async #serverOf(device: QueueDevice): Promise<Server> {
    const { addressOf, userAgent, timeoutMs, record, spool, clock } = this.#options;
    const address = await addressOf(device);
    const http = await this.#openHttp();
    const known = this.#servers.get(address);
    if (known !== undefined) return known;
    const time = new ServerClock(clock);
    const client = createDeviceClient({ http: time.watching(http), server: address, userAgent, timeoutMs });
    const made = { client, forms: new RecordForms({ record, spool, clock }), time };
    this.#servers.set(address, made);
    return made;
  }

  #openHttp(): Promise<ClosableHttp> {
    this.#http ??= this.#options.openHttp().catch((error: unknown) => {
      this.#http = undefined;
      throw error;
    });
    return this.#http;
  }
}

/** A server may have lost its clock too. */
function credible(time: number | undefined): number | undefined {
  return time !== undefined && time >= EARLIEST_TIME ? time : undefined;
}
