import type { SqlDatabase } from "@gateway-engine/core/sql";

/** A device that may not be on disk yet. */
export interface NewDevice {
  readonly id: number;
  readonly vendor: string;
  readonly model: string;
  readonly serial: string;
  readonly cik: string;
}

export function keepDevice(database: SqlDatabase, { id, vendor, model, serial, cik }: NewDevice): void {
  const sql = "INSERT OR IGNORE INTO device (id, vendor, model, serial, cik) VALUES (?, ?, ?, ?, ?)";
  database.run(sql, [id, vendor, model, serial, cik]);
}
