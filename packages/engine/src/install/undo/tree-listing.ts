/** The names in folders at a point in time, so that it can be said later which of them are gone. */
import { StorageError } from "@gateway-engine/core/errors";
import type { ExactEntry, ExactFiles } from "@gateway-engine/core/exact-files";
import type { Files } from "@gateway-engine/core/files";

/** A folder as it was. Its path and the names are those of ExactFiles. */
export interface ListedFolder {
  readonly path: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly names: readonly string[];
}

export interface ListingOrder {
  /** Paths of the topmost folders; empty for `/`. */
  readonly folders: readonly string[];
  /** Folders and files that are left out. */
  readonly without: readonly string[];
  /** Where the listing goes; its folder is there. */
  readonly file: string;
}

/** Writes a line for each folder. A tree of very many files is listed in part: of the rest nothing can be said later. */
export async function writeListing(
  deps: { readonly files: Files; readonly exactFiles: ExactFiles },
  { folders, without, file }: ListingOrder,
): Promise<void> {
  const out = await deps.files.openForAppend(file, 0);
  const waiting = [...folders];
  let [lines, room] = ["", MOST_NAMES];
  try {
    for (let path = waiting.pop(); path !== undefined && room > 0; path = waiting.pop()) {
      const found = await deps.exactFiles.stat(path || "/");
      if (found?.kind !== "folder") continue;
      const entries = await entriesOf(deps.exactFiles, path);
      const names = entries.map(({ name }) => name);
      const { mode, uid, gid } = found;
      lines += `${JSON.stringify({ path, mode, uid, gid, names } satisfies ListedFolder)}\n`;
      room -= names.length;
      if (lines.length > CHUNK) {
        await out.append(Buffer.from(lines, "latin1"));
        lines = "";
      }
      const below = entries.filter(({ isFolder }) => isFolder).map(({ name }) => `${path}/${name}`);
      waiting.push(...below.filter((folder) => !without.includes(folder)));
    }
    await out.append(Buffer.from(lines, "latin1"));
    await out.sync();
  } finally {
    await out.close();
  }
}

/** What is in a folder; nothing when it has just gone, and when we may not look. @param path empty for `/` */
export async function entriesOf(files: ExactFiles, path: string): Promise<readonly ExactEntry[]> {
  try {
    return await files.entries(path || "/");
  } catch (error) {
    if (error instanceof StorageError) return [];
    throw error;
  }
}

/** Reads what `writeListing` wrote; nothing, when there is no such file. */
export async function* readListing(files: Files, file: string): AsyncGenerator<ListedFolder> {
  if ((await files.stat(file)) === undefined) return;
  let rest = "";
  for await (const chunk of files.stream(file)) {
    const lines = (rest + Buffer.from(chunk).toString("latin1")).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) yield JSON.parse(line) as ListedFolder;
  }
}

const MOST_NAMES = 300_000;
const CHUNK = 65_536;
