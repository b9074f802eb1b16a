import type { SqlDatabase } from "@gateway-engine/core/sql";
import { text } from "../journal/rows.ts";

/**
 * Notes the kernel's start that the engine runs in.
 *
 * @param boot its id; empty when the kernel does not tell it
 * @returns whether the machine was started since the engine ran last; false when that cannot be told
 */
export function isFirstRunSinceBoot(database: SqlDatabase, boot: string): boolean {
  const row = database.get("SELECT boot FROM last_boot");
  const last = row === undefined ? "" : text(row, "boot");
  if (boot === "" || boot === last) return false;
  database.run("INSERT OR REPLACE INTO last_boot (id, boot) VALUES (1, ?)", [boot]);
  return last !== "";
}
