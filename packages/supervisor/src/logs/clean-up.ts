import type { SyncFiles } from "@gateway-engine/core/sync-files";
import { isAutoLog } from "./auto-log.ts";

export interface CleanUp {
  readonly folder: string;
  readonly identifier: string;
  /** Absolute paths of logs that adopted children still write. */
  readonly keep: ReadonlySet<string>;
}

/** Removes the AUTO logs of earlier runs of this daemon. */
export function removeOldAutoLogs({ folder, identifier, keep }: CleanUp, files: SyncFiles): void {
  for (const name of files.list(folder)) {
    const path = `${folder}/${name}`;
    const current = path.replace(/\.log\.(\d+(\.gz)?|gz\.tmp)$/, ".log");
    if (isAutoLog(name, identifier) && !keep.has(current)) files.remove(path);
  }
}
