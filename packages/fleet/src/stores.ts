import type { ContentStore } from "./content/content-store.ts";
import type { DeviceStore } from "./devices/device-store.ts";
import type { EventStore } from "./events/event-store.ts";
import type { ProductStore } from "./products/product-store.ts";
import type { ValueStore } from "./values/value-store.ts";

/** Everything the server keeps in SQL, one store a feature. */
export interface Stores {
  readonly products: ProductStore;
  readonly devices: DeviceStore;
  readonly values: ValueStore;
  readonly events: EventStore;
  readonly content: ContentStore;
}

export interface Database {
  /** For reading: sees what is committed. */
  readonly stores: Stores;
  /**
   * Runs `work` as one transaction: all of its changes, or none when it throws. No other work's changes fall in between.
   *
   * @returns what `work` returns, after the changes are on disk
   */
  write<Value>(work: (stores: Stores) => Promise<Value>): Promise<Value>;
  close(): Promise<void>;
}
