import type { Page, PageRequest } from "../page.ts";
import type { Device, DeviceKey } from "./device.ts";

export interface DeviceStore {
  /** @returns false when the identity is taken */
  insert(device: Device): Promise<boolean>;
  get(key: DeviceKey): Promise<Device | undefined>;
  /** @param digest SHA-256 of the CIK */
  byCik(digest: Uint8Array): Promise<Device | undefined>;
  /** By identity. */
  list(product: string, page: PageRequest): Promise<Page<Device>>;
  /** The device is activated: `digest`, not used yet, replaces the CIK that it had before. */
  activate(key: DeviceKey, digest: Uint8Array, at: number): Promise<void>;
  /** The CIK was used: `at` is kept the first time, and stays. */
  markCikUsed(digest: Uint8Array, at: number): Promise<void>;
  /** The device may activate until `until`. With `revoke`, the CIK that it has stops working. */
  reenable(key: DeviceKey, until: number, revoke: boolean): Promise<void>;
  /** @returns false when there is none */
  remove(key: DeviceKey): Promise<boolean>;
  removeProduct(product: string): Promise<void>;
}
