import type { Files } from "@gateway-engine/core/files";
import type { GatewayPaths } from "@gateway-engine/core/paths";
import type { Journal } from "../journal/journal.ts";
import { rememberedInstalls } from "./undo/remembered.ts";

export interface LeftoversDeps {
  readonly files: Pick<Files, "list">;
  readonly paths: Pick<GatewayPaths, "downloadsDir" | "undoDir" | "snapshotsDir" | "appsDir">;
  readonly journal: Pick<Journal, "installedApps" | "committedVersions">;
}

/** Whether there is anything that an install needs no longer, or may need still: `Tidying.sweep` tells which. */
export async function hasLeftovers({ files, paths, journal }: LeftoversDeps, keptReleases: number): Promise<boolean> {
  for (const folder of [paths.downloadsDir, paths.snapshotsDir]) {
    if ((await files.list(folder)).length > 0) return true;
  }
  if ((await rememberedInstalls(files, paths.undoDir)).length > 0) return true;
  for (const { name } of journal.installedApps()) {
    const kept = journal.committedVersions(name).slice(0, keptReleases);
    if ((await files.list(`${paths.appsDir}/${name}`)).some((folder) => !kept.includes(folder))) return true;
  }
  return false;
}
