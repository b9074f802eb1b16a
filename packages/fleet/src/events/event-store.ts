import type { EventDetail, EventKind } from "@gateway-engine/protocol/fleet-api/identities";
import type { DeviceKey } from "../devices/device.ts";
import type { Page, PageRequest } from "../page.ts";

/** Something that happened to a device. */
export interface DeviceEvent {
  /** Sorts by time, and no two are alike. */
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly kind: EventKind;
  readonly detail: EventDetail;
}

/** A device's newest events are kept, this many. */
export const EVENTS_KEPT = 1000;

export interface EventStore {
  /** Adds an event, and drops the oldest when there are more than EVENTS_KEPT. */
  append(device: DeviceKey, event: DeviceEvent): Promise<void>;
  newest(device: DeviceKey): Promise<DeviceEvent | undefined>;
  /** Oldest first; the cursor is an event's id. */
  list(device: DeviceKey, page: PageRequest): Promise<Page<DeviceEvent>>;
  removeDevice(device: DeviceKey): Promise<void>;
  removeProduct(product: string): Promise<void>;
}
