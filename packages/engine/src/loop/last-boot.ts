import { join } from "node:path";
import type { Files } from "@gateway-engine/core/files";
import type { SqlDatabase } from "@gateway-engine/core/sql";
import { text } from "../journal/rows.ts";

/**
 * Notes the kernel's start that the engine runs in.
 *
 * @param root the folder that plays `/` for what is read below `/proc`
 * @returns whether the machine was started since the engine ran last; false when that cannot be told
 */
export async function isFirstRunSinceBoot(
  database: SqlDatabase,
  files: Pick<Files, "readText">,
  root: string,
): Promise<boolean> {
  const boot = ((await files.readText(join(root, "proc/sys/kernel/random/boot_id"))) ?? "").trim();
  const row = database.get("SELECT boot FROM last_boot");
  const last = row === undefined ? "" : text(row, "boot");
  if (boot === "" || boot === last) return false;
  database.run("INSERT OR REPLACE INTO last_boot (id, boot) VALUES (1, ?)", [boot]);
  return last !== "";
}
