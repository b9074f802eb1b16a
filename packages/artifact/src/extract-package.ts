import { dirname, join } from "node:path";
import { DiskRoom } from "@gateway-engine/core/disk-room";
import { StorageError } from "@gateway-engine/core/errors";
import type { TreeFiles } from "@gateway-engine/core/files";
import { foldersAbove, type PackageEntry, type PackageLimits } from "./package-entry.ts";
import { type PackageContents, readPackage } from "./read-package.ts";

export interface ExtractPackageOptions {
  readonly files: TreeFiles;
  /** The package's name in messages. */
  readonly name: string;
  /** The bytes of the .tar.gz file. */
  readonly source: AsyncIterable<Uint8Array>;
  /** The folder to make, an absolute path. It must not exist yet. */
  readonly folder: string;
  readonly limits?: PackageLimits;
  /** Bytes that stay free on the disk; none unless told. */
  readonly reserveBytes?: number;
  readonly signal: AbortSignal;
  /** Sees the content of each file on its way to the disk. */
  readonly watch?: (entry: PackageEntry, content: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>;
}

/** Beside the folder, until the whole package is in it. What a power cut leaves there is removed by the next try. */
export const PARTIAL_SUFFIX = ".partial";

/**
 * Unpacks a package into a new folder: all of it, or nothing. When the call returns, everything is on disk.
 *
 * Files and folders are made while the archive is read, links only when the whole has been found sound,
 * so nothing is ever written through a link. Owners are not kept: everything belongs to who unpacks it.
 *
 * @throws PackageError as `readPackage`; StorageError, E_FILE_WRITE also when the folder is there already, E_DISK_FULL also
 *   when only the reserve is left
 */
export async function extractPackage(options: ExtractPackageOptions): Promise<PackageContents> {
  const { files, folder } = options;
  if ((await files.stat(folder)) !== undefined) {
    throw new StorageError("E_FILE_WRITE", { file: folder, reason: "it exists already" });
  }
  const partial = `${folder}${PARTIAL_SUFFIX}`;
  await files.remove(partial);
  try {
    const contents = await unpackInto(partial, options);
    await files.rename(partial, folder);
    await files.syncFolder(dirname(folder));
    return contents;
  } catch (error) {
    await files.remove(partial);
    throw error;
  }
}

async function unpackInto(partial: string, options: ExtractPackageOptions): Promise<PackageContents> {
  const { files } = options;
  const watch = options.watch ?? ((_entry, content) => content);
  const room = new DiskRoom(files, partial, options.reserveBytes ?? 0);
  const folders = new FolderMaker(files, partial);
  await files.makeFolder(partial);
  const contents = await readPackage({
    name: options.name,
    source: options.source,
    signal: options.signal,
    ...(options.limits === undefined ? {} : { limits: options.limits }),
    visit: async (entry, content) => {
      await folders.makeAbove(entry.path);
      if (entry.kind === "folder") await folders.make(entry.path);
      if (entry.kind !== "file") return;
      await room.take(entry.size);
      await files.writeUnsynced(join(partial, entry.path), watch(entry, content), entry.mode | OWNER_READS);
    },
  });
  await makeLinks(files, partial, contents);
  for (const entry of contents.entries) {
    if (entry.kind === "folder") await files.setMode(join(partial, entry.path), entry.mode | OWNER_ENTERS);
  }
  const written = contents.entries.filter(({ kind }) => kind === "file").map(({ path }) => path);
  const toSync = [...written, ...folders.made.toReversed(), ""].map((path) => join(partial, path));
  await files.syncAll(partial, toSync);
  return contents;
}

/** Who unpacks a package must be able to use and remove it. */
const OWNER_READS = 0o400;
const OWNER_ENTERS = 0o700;

async function makeLinks(files: TreeFiles, top: string, { entries, hardLinkedFile }: PackageContents): Promise<void> {
  for (const entry of entries) {
    if (entry.kind === "symlink") await files.makeSymlink(join(top, entry.path), entry.target ?? "");
    const file = entry.kind === "hardlink" ? hardLinkedFile(entry) : undefined;
    if (file !== undefined) await files.makeHardLink(join(top, entry.path), join(top, file.path));
  }
}

/** Makes each folder once, those that the archive leaves out included, and remembers them for the fsync at the end. */
class FolderMaker {
  readonly #files: TreeFiles;
  readonly #top: string;
  readonly #made = new Set<string>();

  constructor(files: TreeFiles, top: string) {
    this.#files = files;
    this.#top = top;
  }

  /** Relative paths, each after the folders above it. */
  get made(): readonly string[] {
    return [...this.#made];
  }

  async makeAbove(path: string): Promise<void> {
    for (const folder of foldersAbove(path)) await this.make(folder);
  }

  async make(path: string): Promise<void> {
    if (this.#made.has(path)) return;
    await this.#files.makeFolder(join(this.#top, path), OWNER_ENTERS | 0o055);
    this.#made.add(path);
  }
}
