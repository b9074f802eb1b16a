/** The devices' CIKs at an upstream beside the main one: gmq activates each of them there, the gateway itself too. */
import { describeError } from "@gateway-engine/core/errors";
import type { DeviceIdentity } from "@gateway-engine/protocol/device-api";
import { describeDevice, type QueueDevice } from "../spool/message.ts";
import type { StoredCik } from "../spool/spool-store.ts";
import { type Activate, activationFailed, CIK_ONLY, GIVEN_CIK_REFUSED } from "./activation.ts";
import { type Attempt, CikSearches, type CikSearchesDeps } from "./cik-searches.ts";

export interface UpstreamCiksDeps extends CikSearchesDeps {
  readonly upstream: string;
  readonly spool: UpstreamCiksSpool;
  /** Undefined: nothing but the CIK is known that a client gave. */
  readonly identityOf: (device: QueueDevice, signal: AbortSignal) => Promise<DeviceIdentity | undefined>;
  readonly activate: Activate;
}

/** What is needed of the queue. */
export interface UpstreamCiksSpool {
  device(id: number): QueueDevice | undefined;
  ciksAt(upstream: string): Promise<readonly StoredCik[]>;
  keepCikAt(upstream: string, cik: StoredCik): Promise<void>;
}

export class UpstreamCiks {
  readonly #deps: UpstreamCiksDeps;
  readonly #searches: CikSearches;
  #ciks: Promise<Map<number, StoredCik>> | undefined;

  constructor(deps: UpstreamCiksDeps) {
    this.#deps = deps;
    this.#searches = new CikSearches(deps);
  }

  /** A CIK of the device that is not `refused`, however long it takes. @throws CancelledError when `stop` is called */
  async obtain(id: number, refused: string | undefined): Promise<string> {
    const device = this.#deps.spool.device(id);
    if (device === undefined) throw new RangeError(`the queue has no device ${id}`);
    return this.#searches.run(id, describeDevice(device), (tries) => this.#try(device, refused, tries));
  }

  stop(): void {
    this.#searches.stop();
  }

  async #try(device: QueueDevice, refused: string | undefined, tries: number): Promise<Attempt> {
    try {
      const known = await this.#known(device.id);
      if (known?.cik === refused && known?.refused === false) await this.#keep({ ...known, refused: true });
      else if (known?.refused === false) return { cik: known.cik };
      const { signal } = this.#searches;
      const identity = await this.#deps.identityOf(device, signal);
      if (identity === undefined && device.isGateway) return { schedule: CIK_ONLY, problem: "it has no identity yet" };
      if (identity === undefined) return tryGiven(device.cik, refused, tries);
      const cik = await this.#deps.activate(withIdentity(device, identity), signal);
      await this.#keep({ device: device.id, cik, refused: false });
      this.#deps.log.info(`${describeDevice(device)} is activated`);
      return { cik };
    } catch (error) {
      return activationFailed(error);
    }
  }

  async #known(device: number): Promise<StoredCik | undefined> {
    const { spool, upstream } = this.#deps;
    this.#ciks ??= spool.ciksAt(upstream).then((ciks) => new Map(ciks.map((cik) => [cik.device, cik])));
    try {
      return (await this.#ciks).get(device);
    } catch (error) {
      this.#ciks = undefined;
      throw error;
    }
  }

  /** It counts even when it cannot be stored: then it is asked for again after a restart. */
  async #keep(cik: StoredCik): Promise<void> {
    const { spool, upstream, log } = this.#deps;
    (await this.#ciks)?.set(cik.device, cik);
    await spool
      .keepCikAt(upstream, cik)
      .catch((error: unknown) => log.warn(`a CIK cannot be stored: ${describeError(error)}`));
  }
}

/** Nothing but the CIK is known that a client gave: it is all that can be tried, again and again. */
function tryGiven(cik: string, refused: string | undefined, tries: number): Attempt {
  return cik !== refused || tries > 1 ? { cik } : { schedule: CIK_ONLY, problem: GIVEN_CIK_REFUSED };
}

function withIdentity({ id, cik, cikRefused, isGateway }: QueueDevice, identity: DeviceIdentity): QueueDevice {
  return { id, cik, cikRefused, isGateway, identity };
}
