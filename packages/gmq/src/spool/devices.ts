import type { DeviceIdentity } from "@gateway-engine/protocol/device-api";
import { DeviceRow } from "./device-row.ts";

/** The devices of the queue, all in memory: they are few. One that is new reaches the disk with its first message or CIK. */
export class Devices {
  readonly #byId = new Map<number, DeviceRow>();
  readonly #byIdentity = new Map<string, DeviceRow>();
  readonly #byCik = new Map<string, DeviceRow>();
  #lastId = 0;

  constructor(stored: readonly DeviceRow[]) {
    for (const device of stored) this.#remember(device);
  }

  all(): readonly DeviceRow[] {
    return [...this.#byId.values()];
  }

  find(id: number): DeviceRow | undefined {
    return this.#byId.get(id);
  }

  /** @throws RangeError when there is no such device */
  get(id: number): DeviceRow {
    const device = this.#byId.get(id);
    if (device === undefined) throw new RangeError(`the queue has no device ${id}`);
    return device;
  }

  /** The device of this identity, made if it is new. */
  named({ vendor, model, serial }: DeviceIdentity): DeviceRow {
    const known = this.#byIdentity.get(identityKey({ vendor, model, serial }));
    if (known !== undefined) return known;
    const device = new DeviceRow(this.#lastId + 1, { vendor, model, serial });
    this.#remember(device);
    return device;
  }

  /** The device that uses this CIK now. */
  withCik(cik: string): DeviceRow | undefined {
    return this.#byCik.get(cik);
  }

  setCik(device: DeviceRow, cik: string): void {
    if (this.#byCik.get(device.cik) === device) this.#byCik.delete(device.cik);
    device.cik = cik;
    device.cikRefused = false;
    this.#byCik.set(cik, device);
  }

  #remember(device: DeviceRow): void {
    this.#lastId = Math.max(this.#lastId, device.id);
    this.#byId.set(device.id, device);
    this.#byIdentity.set(identityKey(device), device);
    if (device.cik !== "") this.#byCik.set(device.cik, device);
  }
}

function identityKey({ vendor, model, serial }: DeviceIdentity): string {
  return `${vendor}\n${model}\n${serial}`;
}
