/** CIKs of the devices that send through the queue: kept, renewed when the server refuses one, asked of gwe for the gateway. */
import type { Clock } from "@gateway-engine/core/clock";
import { describeError } from "@gateway-engine/core/errors";
import type { Logger } from "@gateway-engine/core/logger";
import type { Random } from "@gateway-engine/core/random";
import type { RetrySchedule } from "@gateway-engine/core/retry";
import type { DeviceIdentity } from "@gateway-engine/protocol/device-api";
import { describeDevice, type QueueDevice } from "../spool/message.ts";
import { type Activate, activationFailed, CIK_ONLY, GIVEN_CIK_REFUSED } from "./activation.ts";
import { type Attempt, CikSearches } from "./cik-searches.ts";
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
  readonly activate: Activate;
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

function standingOf(device: QueueDevice, gateway: GatewayIdentity): Kinship {
  if (!device.isGateway) return kinshipOf(device.identity, gateway);
  return wholeIdentity(gateway) === undefined ? "unclear" : "gateway";
}

export class Credentials {
  readonly #deps: CredentialsDeps;
  readonly #searches: CikSearches;
  /** The gateway's CIKs that were refused; the others' state is in the queue's database. */
  readonly #refusedOfGateway = new Map<number, string>();
  /** What clients offered last while another CIK of the device counted. */
  readonly #offered = new Map<number, string>();
  #gateway: GatewayIdentity | undefined;

  constructor(deps: CredentialsDeps) {
    this.#deps = deps;
    this.#searches = new CikSearches(deps);
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

  /** A client sent this CIK with its identity: used if the device has none that works, or when the server refuses that one. */
  async offer(id: number, cik: string): Promise<void> {
    const device = this.#device(id);
    this.#offered.delete(id);
    if (device.cik === cik) return;
    if (device.cik !== "" && !device.cikRefused) {
      this.#offered.set(id, cik);
      return;
    }
    await this.#deps.spool.keepCik(id, cik);
    this.#searches.wake(id);
  }

  /** Looks for a CIK in the background, and at once where a search is waiting for its next try. */
  request(id: number): void {
    this.#searches.wake(id);
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
    return this.#searches.run(id, describeDevice(this.#device(id)), (tries) => this.#try(this.#device(id), tries));
  }

  stop(): void {
    this.#searches.stop();
  }

  /** What was found earlier and not refused since: nobody has to be asked for it. */
  #ready(id: number): string | undefined {
    const device = this.#device(id);
    if (device.cik !== "" && !device.cikRefused) return device.cik;
    const gateway = this.#gateway;
    if (gateway === undefined || gateway.cik === "" || standingOf(device, gateway) !== "gateway") return undefined;
    return this.#isRefused(device, gateway.cik) ? undefined : gateway.cik;
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
      return activationFailed(error);
    }
  }

  /** gwe has no CIK, or one that was refused; one that gwe still has after it was told works for gwe. */
  async #fromGateway(device: QueueDevice, { cik }: GatewayIdentity, tries: number): Promise<Attempt> {
    if (cik !== "" && tries > TRIES_UNTIL_GWE_KNOWS) return this.#again(device, cik);
    if (cik !== "" && tries === 1) await this.#deps.gateway.requestActivation(cik, this.#searches.signal);
    return { schedule: ASK_GWE, problem: "it is the gateway itself, which gwe has not activated" };
  }

  async #activate(device: QueueDevice, tries: number): Promise<Attempt> {
    const { spool, activate, log } = this.#deps;
    if (device.identity === undefined) {
      // Nothing but this CIK is known: it is all that can be tried again.
      if (tries > 1) return await this.#again(device, device.cik);
      return { schedule: CIK_ONLY, problem: GIVEN_CIK_REFUSED };
    }
    const cik = await activate(device, this.#searches.signal);
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
    const { spool, log } = this.#deps;
    const offered = this.#offered.get(id);
    this.#offered.delete(id);
    await (offered === undefined ? spool.markCikRefused(id, cik) : spool.keepCik(id, offered)).catch((error: unknown) =>
      log.warn(`cannot note that a CIK was refused: ${describeError(error)}`),
    );
  }

  #isRefused(device: QueueDevice, cik: string): boolean {
    return (device.cik === cik && device.cikRefused) || this.#refusedOfGateway.get(device.id) === cik;
  }

  async #readGateway(): Promise<GatewayIdentity> {
    this.#gateway = await this.#deps.gateway.read(this.#searches.signal);
    return this.#gateway;
  }

  #device(id: number): QueueDevice {
    const device = this.#deps.spool.device(id);
    if (device === undefined) throw new RangeError(`the queue has no device ${id}`);
    return device;
  }
}
