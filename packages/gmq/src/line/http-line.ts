/** The way to an upstream over HTTP: the record API in the form that the server takes. */
import type { Clock } from "@gateway-engine/core/clock";
import { UsageError } from "@gateway-engine/core/errors";
import type { HttpClient } from "@gateway-engine/core/http";
import { createDeviceClient, type DeviceClient, type RawRequest } from "@gateway-engine/device-client/device-client";
import type { RecordChoice } from "../config/upstream-cfg.ts";
import { withDeadline } from "../forwarder/deadline.ts";
import { outcomeOf, outcomeOfFailure } from "../forwarder/outcome.ts";
import type { Delivery, Sent } from "../forwarder/sender.ts";
import type { QueueDevice } from "../spool/message.ts";
import type { Line } from "./line.ts";
import { type Posted, RecordForms } from "./record-forms.ts";

export interface HttpLineOptions {
  /** @throws ConfigError when nothing says where the device's server is */
  readonly addressOf: (device: QueueDevice) => Promise<string>;
  /** Asked until it has answered once. @throws ConfigError */
  readonly openHttp: () => Promise<HttpClient & { close(): void }>;
  readonly userAgent: string;
  /** Longest silence of the server. */
  readonly timeoutMs: number;
  readonly record: RecordChoice;
  /** The queue's name, which the numbers of its points go with. */
  readonly spool: string;
  readonly clock: Clock;
}

/** A whole request may take so many times the longest silence: an answer that never ends is none. */
const LONGEST_REQUEST = 10;

/** One server, and what is known of it. */
interface Server {
  readonly client: DeviceClient;
  readonly forms: RecordForms;
}

export class HttpLine implements Line {
  readonly #options: HttpLineOptions;
  readonly #servers = new Map<string, Server>();
  #http: (HttpClient & { close(): void }) | undefined;

  constructor(options: HttpLineOptions) {
    this.#options = options;
  }

  async send({ device, batch, cik, taken }: Delivery, signal: AbortSignal): Promise<Sent> {
    try {
      const { client, forms } = await this.#serverOf(device);
      return await forms.send(batch, taken, (request) => this.#post(client, request, cik, signal));
    } catch (error) {
      return { outcome: outcomeOfFailure(error), taken };
    }
  }

  async activate(device: QueueDevice, signal: AbortSignal): Promise<string> {
    const { identity } = device;
    if (identity === undefined)
      throw new UsageError("E_USAGE", { problem: "a device without an identity cannot be activated" });
    const { client } = await this.#serverOf(device);
    return client.activate(identity, { signal });
  }

  async time(device: QueueDevice, signal: AbortSignal): Promise<number> {
    const { client } = await this.#serverOf(device);
    return (await client.timestamp({ signal })) * 1000;
  }

  close(): void {
    this.#http?.close();
  }

  async #post(client: DeviceClient, request: RawRequest, cik: string, signal: AbortSignal): Promise<Posted> {
    const { clock, timeoutMs } = this.#options;
    const limit = { clock, ms: LONGEST_REQUEST * timeoutMs, what: "the server's answer" };
    try {
      const answer = await withDeadline(limit, signal, (ended) => client.send(request, { cik, signal: ended }));
      return { outcome: outcomeOf(answer), status: answer.status };
    } catch (error) {
      return { outcome: outcomeOfFailure(error), status: undefined };
    }
  }

  async #serverOf(device: QueueDevice): Promise<Server> {
    const { addressOf, openHttp, userAgent, timeoutMs, record, spool, clock } = this.#options;
    const address = await addressOf(device);
    const known = this.#servers.get(address);
    if (known !== undefined) return known;
    this.#http ??= await openHttp();
    const client = createDeviceClient({ http: this.#http, server: address, userAgent, timeoutMs });
    const made = { client, forms: new RecordForms({ record, spool, clock }) };
    this.#servers.set(address, made);
    return made;
  }
}
