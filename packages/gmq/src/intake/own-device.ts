/** The gateway as the device that data belongs to when nobody says whose it is. */
import type { Clock, MonotonicMs } from "@gateway-engine/core/clock";
import { describeError } from "@gateway-engine/core/errors";
import type { Logger } from "@gateway-engine/core/logger";
import type { DeviceIdentity } from "@gateway-engine/protocol/device-api";
import type { Credentials } from "../identity/credentials.ts";
import type { QueueDevice } from "../spool/message.ts";
import type { Spool } from "../spool/spool.ts";

export interface OwnDeviceDeps {
  readonly spool: Pick<Spool, "deviceOf" | "gatewayItself">;
  readonly credentials: Pick<Credentials, "gatewayIdentity">;
  readonly clock: Clock;
  readonly log: Logger;
}

/** gwe may give the gateway another identity at any time; it is asked again after so long. */
const KEEP_MS = 5000;

export class OwnDevice {
  readonly #deps: OwnDeviceDeps;
  #identity: DeviceIdentity | undefined;
  #readAt: MonotonicMs | undefined;
  #reading: Promise<void> | undefined;

  constructor(deps: OwnDeviceDeps) {
    this.#deps = deps;
  }

  /** Resolves when it is known who the gateway is, or that nobody knows yet. */
  async ready(): Promise<void> {
    this.#refresh();
    if (this.#readAt === undefined) await this.#reading;
  }

  /** Where its data goes: into a queue that waits for the identity as long as there is none. */
  device(): QueueDevice {
    this.#refresh();
    const { spool } = this.#deps;
    return this.#identity === undefined ? spool.gatewayItself() : spool.deviceOf(this.#identity);
  }

  identity(): DeviceIdentity | undefined {
    this.#refresh();
    return this.#identity;
  }

  #refresh(): void {
    const { clock } = this.#deps;
    if (this.#reading !== undefined) return;
    if (this.#readAt !== undefined && clock.monotonic() - this.#readAt < KEEP_MS) return;
    this.#reading = this.#read().finally(() => {
      this.#reading = undefined;
      this.#readAt = clock.monotonic();
    });
  }

  async #read(): Promise<void> {
    try {
      this.#identity = await this.#deps.credentials.gatewayIdentity();
    } catch (error) {
      this.#deps.log.debug(`who the gateway is was not read: ${describeError(error)}`);
    }
  }
}
