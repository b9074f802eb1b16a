/** CIKs of the devices that send through the queue: kept, renewed when the server refuses one, asked of gwe for the gateway. */
import type { Clock } from "@gateway-engine/core/clock";
import { CancelledError, describeError } from "@gateway-engine/core/errors";
import type { Logger } from "@gateway-engine/core/logger";
import type { Random } from "@gateway-engine/core/random";
import { type RetrySchedule, retryDelayMs } from "@gateway-engine/core/retry";
import type { DeviceClient } from "@gateway-engine/device-client/device-client";
import type { DeviceIdentity } from "@gateway-engine/protocol/device-api";
import { describeDevice, type QueueDevice } from "../spool/message.ts";
import {
  type GatewayIdentity,
  type GatewayIdentitySource,
  type Kinship,
  kinshipOf,
  wholeIdentity,
} from "./gateway-identity.ts";

export interface CredentialsDeps {
  readonly spool: CredentialsSpool;
  readonly gateway: Pick<GatewayIdentitySource, "read" | "requestActivation">;
  readonly clientFor: (device: QueueDevice) => Promise<Pick<DeviceClient, "activate">>;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

/** What is needed of the queue. */
export interface CredentialsSpool {
  device(id: number): QueueDevice | undefined;
  keepCik(id: number, cik: string): Promise<void>;
  markCikRefused(id: number, cik: string): Promise<void>;
}

/** Between two questions to gwe, which is on the same machine. */
const ASK_GWE: RetrySchedule = { firstMs: 250, maxMs: 5000 };
/** With those pauses a few seconds, in which gwe sees whether the server refuses the CIK to it too. */
const TRIES_UNTIL_GWE_KNOWS = 4;
/** Between two tries to activate. */
const ACTIVATE: RetrySchedule = { firstMs: 1000, maxMs: 300_000 };

/** Either a CIK, or how long to wait before it is tried again, and why. */
type Attempt = { readonly cik: string } | { readonly schedule: RetrySchedule; readonly problem: string };

function standingOf(device: QueueDevice, gateway: GatewayIdentity): Kinship {
  if (!device.isGateway) return kinshipOf(device.identity, gateway);
  return wholeIdentity(gateway) === undefined ? "unclear" : "gateway";
}

export class Credentials {
  readonly #deps: CredentialsDeps;
  readonly #stopped = new AbortController();
  readonly #searches = new Map<number, Promise<string>>();
  /** Ends the wait of a search. */
  readonly #wakers = new Map<number, () => void>();
  /** The gateway's CIKs that were refused; the others' state is in the queue's database. */
  readonly #refusedOfGateway = new Map<number, string>();
  #gateway: GatewayIdentity | undefined;

  constructor(deps: CredentialsDeps) {
    this.#deps = deps;
  }

  /** The gateway's identity, when this is its CIK. */
  async gatewayWithCik(cik: string): Promise<DeviceIdentity | undefined> {
    const gateway = this.#gateway?.cik === cik ? this.#gateway : await this.#readGateway();
    return gateway.cik === cik ? wholeIdentity(gateway) : undefined;
  }

  /** Who the gateway is; undefined: nobody has said so yet. */
  async gatewayIdentity(): Promise<DeviceIdentity | undefined> {
    return wholeIdentity(await this.#readGateway());
  }

  /** The CIK of a device, if there is one to be had without activating. */
  async known(id: number): Promise<string | undefined> {
    const device = this.#device(id);
    const gateway = await this.#readGateway();
    const cik = standingOf(device, gateway) === "gateway" ? gateway.cik : device.cik;
    return cik === "" || this.#isRefused(device, cik) ? undefined : cik;
  }

  /** A client sent this CIK with its identity: used if the device has none that works. */
  async offer(id: number, cik: string): Promise<void> {
    const device = this.#device(id);
    if (device.cik === cik || (device.cik !== "" && !device.cikRefused)) return;
    await this.#deps.spool.keepCik(id, cik);
    this.#wakers.get(id)?.();
  }

  /** Looks for a CIK in the background, and at once where a search is waiting for its next try. */
  request(id: number): void {
    this.#wakers.get(id)?.();
    this.obtain(id, undefined).catch((error: unknown) => this.#deps.log.debug(describeError(error)));
  }

  /**
   * A CIK of the device that is not `refused`, however long it takes.
   *
   * @throws CancelledError when `stop` is called
   */
  async obtain(id: number, refused: string | undefined): Promise<string> {
    if (refused !== undefined) await this.#refuse(id, refused);
    const ready = this.#ready(id);
    if (ready !== undefined) return ready;
    const running = this.#searches.get(id);
    if (running !== undefined) return running;
    const search = this.#search(id).finally(() => this.#searches.delete(id));
    this.#searches.set(id, search);
    return search;
  }

  stop(): void {
    this.#stopped.abort();
    for (const wake of this.#wakers.values()) wake();
  }

  /** What was found earlier and not refused since: nobody has to be asked for it. */
  #ready(id: number): string | undefined {
    const device = this.#device(id);
    if (device.cik !== "" && !device.cikRefused) return device.cik;
    const gateway = this.#gateway;
    if (gateway === undefined || gateway.cik === "" || standingOf(device, gateway) !== "gateway") return undefined;
    return this.#isRefused(device, gateway.cik) ? undefined : gateway.cik;
  }

  async #search(id: number): Promise<string> {
    let told = "";
    for (let tries = 1; ; tries += 1) {
      this.#throwIfStopped();
      const device = this.#device(id);
      const attempt = await this.#try(device, tries);
      if ("cik" in attempt) return attempt.cik;
      if (attempt.problem !== told) this.#deps.log.warn(`${describeDevice(device)} has no CIK yet: ${attempt.problem}`);
      told = attempt.problem;
      this.#throwIfStopped();
      await this.#pause(id, retryDelayMs(attempt.schedule, tries, this.#deps.random));
    }
  }

  async #try(device: QueueDevice, tries: number): Promise<Attempt> {
    try {
      const gateway = await this.#readGateway();
      const kinship = standingOf(device, gateway);
      const ready = this.#ready(device.id);
      if (ready !== undefined) return { cik: ready };
      if (kinship === "gateway") return await this.#fromGateway(device, gateway, tries);
      if (device.isGateway && kinship === "unclear") {
        return {
          schedule: ASK_GWE,
          problem: "it has no identity yet; give it one with gwe --set-product-id and --set-uuid",
        };
      }
      if (kinship === "unclear") {
        return { schedule: ASK_GWE, problem: "it may be the gateway itself, whose serial number is not known yet" };
      }
      return await this.#activate(device, tries);
    } catch (error) {
      this.#throwIfStopped();
      return { schedule: ACTIVATE, problem: describeError(error) };
    }
  }

  /** gwe has no CIK, or one that was refused; one that gwe still has after it was told works for gwe. */
  async #fromGateway(device: QueueDevice, { cik }: GatewayIdentity, tries: number): Promise<Attempt> {
    if (cik !== "" && tries > TRIES_UNTIL_GWE_KNOWS) return this.#again(device, cik);
    if (cik !== "" && tries === 1) await this.#deps.gateway.requestActivation(cik, this.#stopped.signal);
    return { schedule: ASK_GWE, problem: "it is the gateway itself, which gwe has not activated" };
  }

  async #activate(device: QueueDevice, tries: number): Promise<Attempt> {
    const { spool, clientFor, log } = this.#deps;
    if (device.identity === undefined) {
      // Nothing but this CIK is known: it is all that can be tried again.
      if (tries > 1) return await this.#again(device, device.cik);
      return { schedule: { firstMs: 30_000, maxMs: 300_000 }, problem: "the server refuses the CIK that was given" };
    }
    const client = await clientFor(device);
    const cik = await client.activate(device.identity, { signal: this.#stopped.signal });
    await spool.keepCik(device.id, cik);
    log.info(`${describeDevice(device)} is activated`);
    return { cik };
  }

  /** The server may have refused a CIK by mistake: until it does so again, the CIK counts. */
  async #again(device: QueueDevice, cik: string): Promise<Attempt> {
    this.#refusedOfGateway.delete(device.id);
    if (device.cik === cik) await this.#deps.spool.keepCik(device.id, cik);
    return { cik };
  }

  async #refuse(id: number, cik: string): Promise<void> {
    const device = this.#device(id);
    if (device.cik !== cik) {
      this.#refusedOfGateway.set(id, cik);
      return;
    }
    await this.#deps.spool
      .markCikRefused(id, cik)
      .catch((error: unknown) => this.#deps.log.warn(`cannot note that a CIK was refused: ${describeError(error)}`));
  }

  #isRefused(device: QueueDevice, cik: string): boolean {
    return (device.cik === cik && device.cikRefused) || this.#refusedOfGateway.get(device.id) === cik;
  }

  async #readGateway(): Promise<GatewayIdentity> {
    this.#gateway = await this.#deps.gateway.read(this.#stopped.signal);
    return this.#gateway;
  }

  #pause(id: number, ms: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        timer.cancel();
        this.#wakers.delete(id);
        resolve();
      };
      const timer = this.#deps.clock.after(ms, wake);
      this.#wakers.set(id, wake);
    });
  }

  #device(id: number): QueueDevice {
    const device = this.#deps.spool.device(id);
    if (device === undefined) throw new RangeError(`the queue has no device ${id}`);
    return device;
  }

  #throwIfStopped(): void {
    if (this.#stopped.signal.aborted) throw new CancelledError("E_CANCELLED", { what: "the search for a CIK" });
  }
}
