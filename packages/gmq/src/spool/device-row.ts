import type { SqlRow } from "@gateway-engine/core/sql";
import type { DeviceIdentity } from "@gateway-engine/protocol/device-api";
import type { QueueDevice } from "./message.ts";

/** A row of the table `device`, held in memory and changed along with it. */
export class DeviceRow implements QueueDevice {
  readonly id: number;
  readonly vendor: string;
  readonly model: string;
  readonly serial: string;
  cik = "";
  cikRefused = false;
  nextSeq = 1;
  lastAt = 0;
  accepted = 0;
  forwarded = 0;
  setAside = 0;
  /** Whether the row exists on disk. */
  stored = false;

  constructor(id: number, { vendor, model, serial }: DeviceIdentity) {
    this.id = id;
    this.vendor = vendor;
    this.model = model;
    this.serial = serial;
  }

  get identity(): DeviceIdentity | undefined {
    return this.vendor === "" ? undefined : { vendor: this.vendor, model: this.model, serial: this.serial };
  }

  get queued(): number {
    return this.accepted - this.forwarded - this.setAside;
  }
}

export function readDevice(row: SqlRow): DeviceRow {
  const identity = { vendor: String(row["vendor"]), model: String(row["model"]), serial: String(row["serial"]) };
  const device = new DeviceRow(Number(row["id"]), identity);
  device.cik = String(row["cik"]);
  device.cikRefused = row["cik_refused"] === 1;
  device.nextSeq = Number(row["next_seq"]);
  device.lastAt = Number(row["last_at"]);
  device.accepted = Number(row["accepted"]);
  device.forwarded = Number(row["forwarded"]);
  device.setAside = Number(row["set_aside"]);
  device.stored = true;
  return device;
}
