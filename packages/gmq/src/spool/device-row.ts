import type { DeviceIdentity } from "@gateway-engine/protocol/device-api";
import type { QueueDevice } from "./message.ts";
import type { StoredDevice } from "./spool-store.ts";

/** A device as the main thread holds it. */
export class DeviceRow implements QueueDevice {
  readonly id: number;
  readonly vendor: string;
  readonly model: string;
  readonly serial: string;
  cik = "";
  cikRefused = false;
  /** The last microsecond that a message of it uses. */
  lastAt = 0;
  /** Whether it is on disk. */
  stored = false;

  constructor(id: number, { vendor, model, serial }: DeviceIdentity) {
    this.id = id;
    this.vendor = vendor;
    this.model = model;
    this.serial = serial;
  }

  static read(device: StoredDevice): DeviceRow {
    const row = new DeviceRow(device.id, device);
    row.cik = device.cik;
    row.cikRefused = device.cikRefused;
    row.lastAt = device.lastAt;
    row.stored = true;
    return row;
  }

  get isGateway(): boolean {
    return this.vendor === "" && this.serial === "";
  }

  get identity(): DeviceIdentity | undefined {
    return this.vendor === "" ? undefined : { vendor: this.vendor, model: this.model, serial: this.serial };
  }
}
