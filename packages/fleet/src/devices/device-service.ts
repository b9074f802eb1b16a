import { createHash } from "node:crypto";
import type { Clock } from "@gateway-engine/core/clock";
import { UsageError } from "@gateway-engine/core/errors";
import { newCik } from "@gateway-engine/core/identifiers";
import type { Random } from "@gateway-engine/core/random";
import { isCik } from "@gateway-engine/protocol/device-api";
import type { EventFactory } from "../events/event-factory.ts";
import type { DeviceEvent } from "../events/event-store.ts";
import { noDevice, noProduct } from "../not-found.ts";
import type { Page, PageRequest } from "../page.ts";
import type { Database, Stores } from "../stores.ts";
import { type ActivationRequest, findProduct } from "./activation-request.ts";
import { ACTIVATION_WINDOW_MS, activationRefusal, type Device, type DeviceKey } from "./device.ts";

export interface DeviceServiceDeps {
  readonly database: Database;
  readonly events: EventFactory;
  readonly clock: Pick<Clock, "now">;
  readonly random: Random;
}

export type ActivationOutcome =
  | { readonly kind: "activated"; readonly cik: string }
  | { readonly kind: "refused"; readonly reason: string };

/** The identities of a product: who they are, and how they come by their CIK. */
export class DeviceService {
  readonly #deps: DeviceServiceDeps;

  constructor(deps: DeviceServiceDeps) {
    this.#deps = deps;
  }

  /**
   * Trades an identity for a CIK: once, or again while the CIK that it was given has not been used.
   *
   * @throws UsageError E_NOT_FOUND without the product or the identity
   */
  activate(request: ActivationRequest): Promise<ActivationOutcome> {
    const { clock, database, events, random } = this.#deps;
    return database.write(async (stores): Promise<ActivationOutcome> => {
      const product = await findProduct(request, stores.products);
      if (product === undefined) throw new UsageError("E_NOT_FOUND", { what: "product that this request names" });
      const key = { product, identity: request.identity };
      const device = requireDevice(await stores.devices.get(key), key);
      const reason = activationRefusal(device, clock.now());
      if (reason !== undefined) {
        await appendUnlessRepeated(stores, device, events.make("activation-refused", { reason }));
        return { kind: "refused", reason };
      }
      const cik = newCik(random);
      await stores.devices.activate(device, digestOf(cik), clock.now());
      const detail = device.state === "activated" ? { reason: "the CIK that it was given was never used" } : {};
      await appendUnlessRepeated(stores, device, events.make("activated", detail));
      return { kind: "activated", cik };
    });
  }

  /** @returns the device that the CIK belongs to, or undefined */
  async authenticate(cik: string | undefined): Promise<Device | undefined> {
    if (cik === undefined || !isCik(cik)) return undefined;
    const digest = digestOf(cik);
    const device = await this.#deps.database.stores.devices.byCik(digest);
    return device?.cikUsedAt === null ? this.#noteFirstUse(digest) : device;
  }

  /**
   * Notes, before the request is served, that the CIK has arrived: from now on no other can take its place.
   *
   * @returns undefined when another has taken it meanwhile
   */
  #noteFirstUse(digest: Uint8Array): Promise<Device | undefined> {
    const { clock, database } = this.#deps;
    return database.write(async ({ devices }) => {
      await devices.markCikUsed(digest, clock.now());
      return devices.byCik(digest);
    });
  }

  /** @throws UsageError E_NOT_FOUND without the product, E_EXISTS */
  async create(key: DeviceKey): Promise<Device> {
    const now = this.#deps.clock.now();
    const device: Device = {
      ...key,
      state: "notactivated",
      createdAt: now,
      activationUntil: now + ACTIVATION_WINDOW_MS,
      activatedAt: null,
      cikUsedAt: null,
    };
    await this.#deps.database.write(async ({ products, devices, events }) => {
      if ((await products.get(key.product)) === undefined) throw noProduct(key.product);
      if (!(await devices.insert(device))) throw new UsageError("E_EXISTS", { what: `identity ${key.identity}` });
      await events.append(key, this.#deps.events.make("created"));
    });
    return device;
  }

  /** Lets a device that has lost its CIK activate again, for a day. @throws UsageError E_NOT_FOUND */
  reenable(key: DeviceKey, revoke: boolean): Promise<Device> {
    return this.#deps.database.write(async ({ devices, events }) => {
      if ((await devices.get(key)) === undefined) throw noDevice(key);
      await devices.reenable(key, this.#deps.clock.now() + ACTIVATION_WINDOW_MS, revoke);
      await events.append(key, this.#deps.events.make("reenabled"));
      return requireDevice(await devices.get(key), key);
    });
  }

  /** @throws UsageError E_NOT_FOUND */
  async get(key: DeviceKey): Promise<Device> {
    return requireDevice(await this.#deps.database.stores.devices.get(key), key);
  }

  /** @throws UsageError E_NOT_FOUND without the product */
  async list(product: string, page: PageRequest): Promise<Page<Device>> {
    const { products, devices } = this.#deps.database.stores;
    if ((await products.get(product)) === undefined) throw noProduct(product);
    return devices.list(product, page);
  }

  /** @throws UsageError E_NOT_FOUND without the device */
  async events(key: DeviceKey, page: PageRequest): Promise<Page<DeviceEvent>> {
    await this.get(key);
    return this.#deps.database.stores.events.list(key, page);
  }

  /** Removes the device with its values and events; its CIK stops working. @throws UsageError E_NOT_FOUND */
  async remove(key: DeviceKey): Promise<void> {
    await this.#deps.database.write(async ({ devices, values, events }) => {
      if (!(await devices.remove(key))) throw noDevice(key);
      await values.removeDevice(key);
      await events.removeDevice(key);
    });
  }
}

/** A device that asks again and again does not push its other events out of the list. */
async function appendUnlessRepeated({ events }: Stores, device: DeviceKey, event: DeviceEvent): Promise<void> {
  const newest = await events.newest(device);
  if (newest?.kind === event.kind && newest.detail.reason === event.detail.reason) return;
  await events.append(device, event);
}

function requireDevice(device: Device | undefined, key: DeviceKey): Device {
  if (device === undefined) throw noDevice(key);
  return device;
}

function digestOf(cik: string): Uint8Array {
  return createHash("sha256").update(cik).digest();
}
