import type { DeviceKey } from "../devices/device.ts";
import type { Page, PageRequest } from "../page.ts";
import type { CurrentValue, Micros, Point, StampedValue } from "./value.ts";

export interface HistoryRequest extends PageRequest {
  readonly order: "asc" | "desc";
}

export interface ValueStore {
  get(device: DeviceKey, alias: string): Promise<CurrentValue | undefined>;
  /** By alias. */
  list(device: DeviceKey): Promise<readonly CurrentValue[]>;
  /** The device reads this from now on. A write of the device itself is also what it reported last. */
  put(device: DeviceKey, point: Point, writer: "device" | "cloud"): Promise<void>;

  /** @returns the value in the history at exactly this moment */
  pointAt(device: DeviceKey, alias: string, at: Micros): Promise<Uint8Array | undefined>;
  /** Adds to the history; what stands there at the same moment is replaced. @param storedAt milliseconds since 1970 */
  addPoint(device: DeviceKey, point: Point, storedAt: number): Promise<void>;
  /** The cursor is a moment in microseconds. */
  history(device: DeviceKey, alias: string, request: HistoryRequest): Promise<Page<StampedValue>>;
  /** Removes up to `limit` points that arrived before `storedBefore` (milliseconds since 1970). @returns how many */
  pruneHistory(storedBefore: number, limit: number): Promise<number>;

  /** @returns the highest number of a queue's points that is stored, 0 for a queue that is new */
  sequence(device: DeviceKey, spool: string): Promise<number>;
  setSequence(device: DeviceKey, spool: string, last: number): Promise<void>;

  removeDevice(device: DeviceKey): Promise<void>;
  removeProduct(product: string): Promise<void>;
  /** Removes a resource's values and history at every device of a product. */
  removeAlias(product: string, alias: string): Promise<void>;
}
