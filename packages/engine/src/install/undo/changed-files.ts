import { bytePath, type ExactFiles, readablePath } from "@gateway-engine/core/exact-files";
import { isWithin } from "./mounts.ts";

export interface Search {
  /** Real paths of the folders to look through. */
  readonly folders: readonly string[];
  /** Folders and files that are left out. */
  readonly without: readonly string[];
  /** Only what was changed after this time counts, in nanoseconds since 1970. */
  readonly since: bigint;
}

/**
 * Names the files below some folders whose content, name or attributes were changed after a point in time. A folder counts only
 * for what is in it.
 *
 * @returns readable paths, at most MOST_NAMES, and then how many more there are
 */
export async function changedFiles(files: ExactFiles, search: Search): Promise<readonly string[]> {
  const without = search.without.map(bytePath);
  const names: string[] = [];
  let more = 0;
  const walk = async (folder: string): Promise<void> => {
    for (const name of await files.list(folder || "/")) {
      const path = `${folder}/${name}`;
      if (without.includes(path)) continue;
      const found = await files.stat(path);
      if (found?.kind === "folder") await walk(path);
      else if (found !== undefined && found.changed > search.since) {
        if (names.length < MOST_NAMES) names.push(readablePath(path));
        else more += 1;
      }
    }
  };
  for (const folder of search.folders) {
    const isPartOfAnother = search.folders.some((other) => other !== folder && isWithin(folder, other));
    if (!isPartOfAnother) await walk(folder === "/" ? "" : bytePath(folder));
  }
  return more === 0 ? names : [...names, `and ${more} more`];
}

const MOST_NAMES = 100;
