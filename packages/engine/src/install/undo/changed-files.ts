import { bytePath, type ExactFiles, type ExactStat, readablePath } from "@gateway-engine/core/exact-files";
import { outermost } from "./mounts.ts";
import { entriesOf, type ListedFolder } from "./tree-listing.ts";

export interface Search {
  /** Real paths of the folders to look through. */
  readonly folders: readonly string[];
  /** Folders and files that are left out. */
  readonly without: readonly string[];
  /** Only what was changed at this time or after it counts, in nanoseconds since 1970. */
  readonly since: bigint;
  /** What was changed after this time, too, does not count. */
  readonly until?: bigint | undefined;
  /** How the folders were at `since`. Without it, nothing is said of names that are gone, and of folders. */
  readonly listing?: AsyncIterable<ListedFolder> | undefined;
}

/**
 * Names the files below some folders that were changed, made or removed after a point in time, and the folders whose mode or
 * owner was changed. A folder that was made is named when nothing in it is, and nothing of what is left out lies in it.
 *
 * @returns readable paths, those of folders with `/` at the end; at most MOST_NAMES, and then how many more there are
 */
export async function changedFiles(files: ExactFiles, search: Search): Promise<readonly string[]> {
  const found = await lookThrough(files, search);
  const all = [...found.files, ...(await differing(files, found, search))];
  const names = [...new Set(all)].sort().map(readablePath);
  return names.length <= MOST_NAMES ? names : [...names.slice(0, MOST_NAMES), `and ${names.length - MOST_NAMES} more`];
}

interface Found {
  /** Paths of the files that were changed. */
  readonly files: readonly string[];
  /** The folders with a later change of their names or attributes, whenever that was. */
  readonly folders: ReadonlyMap<string, ExactStat>;
}

async function lookThrough(files: ExactFiles, { folders, without, since, until }: Search): Promise<Found> {
  const left = new Set(without.map(bytePath));
  const found = { files: [] as string[], folders: new Map<string, ExactStat>() };
  const look = async (path: string): Promise<void> => {
    const stat = await files.stat(path || "/");
    if (stat === undefined) return;
    // The clock of the file system ticks every few milliseconds: what happened in the same tick counts.
    const isLater = stat.changed >= since;
    if (stat.kind !== "folder") {
      if (isLater && (until === undefined || stat.changed <= until)) found.files.push(path);
      return;
    }
    if (isLater) found.folders.set(path, stat);
    for (const { name } of await entriesOf(files, path)) {
      if (!left.has(`${path}/${name}`)) await look(`${path}/${name}`);
    }
  };
  for (const folder of topmost(folders)) await look(folder);
  return found;
}

/** Paths as in a listing. */
export function topmost(folders: readonly string[]): readonly string[] {
  return outermost(folders).map((folder) => (folder === "/" ? "" : bytePath(folder)));
}

/** @returns paths of what is gone, and of folders that are not what they were */
async function differing(files: ExactFiles, found: Found, { listing, without }: Search): Promise<readonly string[]> {
  if (listing === undefined) return [];
  const gone = new Set<string>();
  const changed: string[] = [];
  const made = new Map(found.folders);
  const before = new Set<string>();
  for await (const { path, mode, uid, gid, names } of listing) {
    const now = found.folders.get(path);
    if (now === undefined) {
      if (gone.delete(path)) gone.add(`${path}/`);
      continue;
    }
    made.delete(path);
    if (now.mode !== mode || now.uid !== uid || now.gid !== gid) changed.push(`${path}/`);
    const present = new Set((await entriesOf(files, path)).map(({ name }) => name));
    for (const name of names) {
      before.add(`${path}/${name}`);
      if (!present.has(name)) gone.add(`${path}/${name}`);
    }
  }
  const named = [...found.files, ...gone, ...changed];
  const places = without.map(bytePath);
  const isAbove = (folder: string) => (path: string) => path.startsWith(`${folder}/`);
  const isTold = (folder: string) => !before.has(folder) && [...named, ...places].some(isAbove(folder));
  // The deepest first: a folder that is named speaks for those above it.
  for (const folder of [...made.keys()].sort().reverse()) {
    if (!isTold(folder)) named.push(`${folder}/`);
  }
  return named;
}

const MOST_NAMES = 100;
