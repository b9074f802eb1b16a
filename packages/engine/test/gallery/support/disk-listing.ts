import { createHash } from "node:crypto";
import { lstat, readdir, readFile, readlink } from "node:fs/promises";
import { join } from "node:path";

/** What a file is, so that two are told apart by anything that a user of it could notice. */
export interface ListedFile {
  readonly kind: string;
  /** With setuid, setgid and sticky bits, octal. */
  readonly mode: string;
  readonly owner: string;
  /** Milliseconds since 1970; left out where the engine itself comes and goes. */
  readonly changed?: number;
  readonly size?: number;
  /** SHA-256 of a file, target of a link, number of a device. */
  readonly content?: string;
}

export interface ListingRules {
  /** Paths that are left out, with everything below. */
  readonly without: readonly RegExp[];
  /** Folders in which the engine works, so whose time changes though their content does not. */
  readonly workplaces: readonly RegExp[];
}

/** What the engine writes when it likes: the journal, its lock, and what it counts and watches. */
export const ENGINE_BOOKS: RegExp =
  /^var\/lib\/gateway-engine\/((journal|traffic)\.db.*|engine\.lock.*|(alerts|queue-traffic)\.json.*)$/;

/** Everything below a folder, by path. */
export async function listDisk(folder: string, rules: ListingRules): Promise<Readonly<Record<string, ListedFile>>> {
  const listing: Record<string, ListedFile> = {};
  const walk = async (relative: string): Promise<void> => {
    for (const name of (await readdir(join(folder, relative))).toSorted()) {
      const path = relative === "" ? name : `${relative}/${name}`;
      if (rules.without.some((left) => left.test(path))) continue;
      const file = await describe(
        join(folder, path),
        rules.workplaces.some((workplace) => workplace.test(path)),
      );
      listing[path] = file;
      if (file.kind === "folder") await walk(path);
    }
  };
  await walk("");
  return listing;
}

async function describe(path: string, isWorkplace: boolean): Promise<ListedFile> {
  const stats = await lstat(path);
  const common = { mode: (stats.mode & 0o7777).toString(8), owner: `${stats.uid}:${stats.gid}` };
  const changed = stats.mtimeMs;
  if (stats.isDirectory()) return { kind: "folder", ...common, ...(isWorkplace ? {} : { changed }) };
  if (stats.isSymbolicLink()) return { kind: "link", ...common, changed, content: await readlink(path) };
  if (!stats.isFile()) return { kind: "special file", ...common, changed, content: String(stats.rdev) };
  const content = createHash("sha256")
    .update(await readFile(path))
    .digest("hex");
  return { kind: "file", ...common, changed, size: stats.size, content };
}
