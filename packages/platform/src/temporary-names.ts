/** Names of files that are written beside another before they take its place, by which one knows whether somebody still will. */
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { loadCrypto } from "./crypto-module.ts";
import { errnoCode } from "./errno.ts";
import { processStartTicks } from "./process-table.ts";

/** A name beside `path` that nobody else takes: it holds the pid, and the tick at which this process started. */
export function temporaryName(path: string): string {
  return `${path}.${process.pid}-${processStartTicks(process.pid) ?? 0}-${loadCrypto().randomBytes(4).toString("hex")}.tmp`;
}

const TEMPORARY = /\.(\d+)-(\d+)-[0-9a-f]{8}\.tmp$/;

/** Removes what processes that were killed have left of this kind in a folder; that there is no folder is no error. */
export async function removeAbandoned(folder: string): Promise<void> {
  for (const name of await namesIn(folder)) {
    const [, pid, startTicks] = TEMPORARY.exec(name) ?? [];
    if (pid === undefined || processStartTicks(Number(pid)) === Number(startTicks)) continue;
    await rm(join(folder, name), { force: true });
  }
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (cause) {
    if (errnoCode(cause) === "ENOENT") return [];
    throw cause;
  }
}
