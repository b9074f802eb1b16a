import type { Clock } from "@gateway-engine/core/clock";
import { UsageError } from "@gateway-engine/core/errors";
import type { Logger } from "@gateway-engine/core/logger";
import type { SequenceRange } from "@gateway-engine/protocol/sequence";
import type { Bus } from "../bus/bus.ts";
import type { DeviceKey } from "../devices/device.ts";
import type { EventFactory } from "../events/event-factory.ts";
import { noDevice } from "../not-found.ts";
import type { Page } from "../page.ts";
import type { Database, Stores } from "../stores.ts";
import type { MicrosecondClock } from "./microsecond-clock.ts";
import { newestOfEach, type TimedPoint } from "./record-points.ts";
import { UnknownAliasNotice } from "./unknown-alias-notice.ts";
import type { CurrentValue, Point, StampedValue } from "./value.ts";
import type { HistoryRequest } from "./value-store.ts";
import { valueTopic } from "./value-topic.ts";

export interface ValueServiceDeps {
  readonly database: Database;
  readonly bus: Bus;
  readonly events: EventFactory;
  readonly clock: Pick<Clock, "now">;
  readonly stamps: MicrosecondClock;
  readonly log: Logger;
}

export type RecordOutcome =
  | { readonly kind: "stored" }
  /** Nothing was stored: at these moments other values stand already. */
  | { readonly kind: "conflict"; readonly points: readonly TimedPoint[] };

/** What devices write and read, and what the cloud side writes to them. */
export class ValueService {
  readonly #deps: ValueServiceDeps;
  readonly #unknownAliases: UnknownAliasNotice;

  constructor(deps: ValueServiceDeps) {
    this.#deps = deps;
    this.#unknownAliases = new UnknownAliasNotice(deps.log);
  }

  /**
   * A device writes now: all values get the same stamp. What has no resource is dropped, which is no error;
   * of an alias that is written twice the last value counts.
   */
  async write(device: DeviceKey, values: ReadonlyMap<string, Uint8Array>): Promise<void> {
    const { database, stamps } = this.#deps;
    const changed = await database.write(async (stores) => {
      const at = stamps.now();
      const points = await this.#keepKnown(
        stores,
        device,
        Array.from(values, ([alias, value]) => ({ alias, value, at })),
      );
      for (const point of points) await this.#setFromDevice(stores, device, point);
      await this.#addToHistory(stores, device, points);
      return points;
    });
    this.#wake(device, changed);
  }

  /**
   * A device adds to its history: all points or, when other values stand at some of the moments already, none.
   * The same value at the same moment is a repeat, and points up to the stored one of `sequence` are.
   */
  async record(device: DeviceKey, points: readonly TimedPoint[], sequence?: SequenceRange): Promise<RecordOutcome> {
    let changed: readonly Point[] = [];
    const outcome = await this.#deps.database.write(async (stores): Promise<RecordOutcome> => {
      const fresh = sequence === undefined ? points : await dropRepeats(stores, device, points, sequence);
      const known = await this.#keepKnown(stores, device, fresh);
      const conflicts = await findConflicts(stores, device, known);
      if (conflicts.length > 0) return { kind: "conflict", points: conflicts };
      await this.#addToHistory(stores, device, known);
      changed = await this.#moveForward(stores, device, known);
      if (sequence !== undefined && fresh.length > 0) {
        await stores.values.setSequence(device, sequence.spool, sequence.last);
      }
      return { kind: "stored" };
    });
    this.#wake(device, changed);
    return outcome;
  }

  /** The cloud side writes. @throws UsageError E_NOT_FOUND, or E_NOT_SETTABLE */
  async command(device: DeviceKey, alias: string, value: Uint8Array): Promise<void> {
    const { database, events, stamps } = this.#deps;
    await database.write(async (stores) => {
      if ((await stores.devices.get(device)) === undefined) throw noDevice(device);
      const resource = await stores.products.resource(device.product, alias);
      if (resource === undefined) throw noResource(device, alias);
      if (!resource.settable) throw new UsageError("E_NOT_SETTABLE", { alias });
      const point: Point = { alias, value, at: stamps.now() };
      await stores.values.put(device, point, "cloud");
      await this.#addToHistory(stores, device, [point]);
      await stores.events.append(device, events.make("command-written", { alias }));
    });
    this.#wake(device, [{ alias }]);
  }

  /** What the device reads: those of the aliases that have a value, in the order asked for. */
  async read(device: DeviceKey, aliases: readonly string[]): Promise<readonly CurrentValue[]> {
    const found: CurrentValue[] = [];
    for (const alias of aliases) {
      const value = await this.#deps.database.stores.values.get(device, alias);
      if (value !== undefined) found.push(value);
    }
    return found;
  }

  /** @throws UsageError E_NOT_FOUND without the device */
  async list(device: DeviceKey): Promise<readonly CurrentValue[]> {
    await this.#requireDevice(device);
    return this.#deps.database.stores.values.list(device);
  }

  /** @throws UsageError E_NOT_FOUND without the device, or while it has no such value */
  async get(device: DeviceKey, alias: string): Promise<CurrentValue> {
    await this.#requireDevice(device);
    const value = await this.#deps.database.stores.values.get(device, alias);
    if (value === undefined) throw new UsageError("E_NOT_FOUND", { what: `value of ${alias} yet` });
    return value;
  }

  /** @throws UsageError E_NOT_FOUND without the device */
  async history(device: DeviceKey, alias: string, request: HistoryRequest): Promise<Page<StampedValue>> {
    await this.#requireDevice(device);
    return this.#deps.database.stores.values.history(device, alias, request);
  }

  async #requireDevice(device: DeviceKey): Promise<void> {
    if ((await this.#deps.database.stores.devices.get(device)) === undefined) throw noDevice(device);
  }

  /** A recorded point becomes the present value when nothing newer stands there. @returns those that did */
  async #moveForward(stores: Stores, device: DeviceKey, points: readonly Point[]): Promise<readonly Point[]> {
    const moved: Point[] = [];
    for (const point of newestOfEach(points)) {
      const present = await stores.values.get(device, point.alias);
      if (present !== undefined && present.at >= point.at) continue;
      await this.#setFromDevice(stores, device, point);
      moved.push(point);
    }
    return moved;
  }

  async #setFromDevice(stores: Stores, device: DeviceKey, point: Point): Promise<void> {
    const { alias } = point;
    const isFirst = (await stores.values.get(device, alias))?.reported == null;
    await stores.values.put(device, point, "device");
    if (isFirst) await stores.events.append(device, this.#deps.events.make("first-value", { alias }));
  }

  async #addToHistory(stores: Stores, device: DeviceKey, points: readonly Point[]): Promise<void> {
    for (const point of points) await stores.values.addPoint(device, point, this.#deps.clock.now());
  }

  /** Values without a resource are dropped, as at Murano. */
  async #keepKnown<P extends Point>(stores: Stores, device: DeviceKey, points: readonly P[]): Promise<readonly P[]> {
    const resources = await stores.products.resources(device.product);
    const known = new Set(resources.map(({ alias }) => alias));
    return points.filter(({ alias }) => {
      if (!known.has(alias)) this.#unknownAliases.note(device.product, alias);
      return known.has(alias);
    });
  }

  #wake(device: DeviceKey, changed: readonly { readonly alias: string }[]): void {
    for (const { alias } of changed) this.#deps.bus.publish(valueTopic(device, alias));
  }
}

/** The points that come after what is stored of this queue already. */
async function dropRepeats<P>(
  stores: Stores,
  device: DeviceKey,
  points: readonly P[],
  { spool, first }: SequenceRange,
): Promise<readonly P[]> {
  const stored = await stores.values.sequence(device, spool);
  return points.slice(Math.max(0, stored - first + 1));
}

/** The points at whose moment another value stands, in the history or earlier in the same request. */
async function findConflicts(stores: Stores, device: DeviceKey, points: readonly TimedPoint[]): Promise<TimedPoint[]> {
  const seen = new Map<string, Uint8Array>();
  const conflicts: TimedPoint[] = [];
  for (const point of points) {
    const key = `${point.at} ${point.alias}`;
    const present = seen.get(key) ?? (await stores.values.pointAt(device, point.alias, point.at)) ?? point.value;
    seen.set(key, present);
    if (Buffer.compare(present, point.value) !== 0) conflicts.push(point);
  }
  return conflicts;
}

function noResource({ product }: DeviceKey, alias: string): UsageError {
  return new UsageError("E_NOT_FOUND", { what: `resource ${alias} in product ${product}` });
}
