import { closeSync, createReadStream, fchmodSync, openSync, type Stats, writeFileSync } from "node:fs";
import * as fs from "node:fs/promises";
import { dirname, join } from "node:path";
import { StorageError } from "@gateway-engine/core/errors";
import type { AppendableFile, FilePart, FileStat, TreeFiles } from "@gateway-engine/core/files";
import { errnoCode, errnoReason } from "./errno.ts";
import { syncAll } from "./sync-all.ts";
import { temporaryName } from "./temporary-names.ts";

export const nodeFiles: TreeFiles = {
  readText: async (path) => (await readIfPresent(path))?.toString("utf8"),
  readBytes: readIfPresent,
  writeAtomic,
  openForAppend,
  stream,
  readThrough,
  makeFolder: (path, mode = 0o755) => writing(path, async () => void (await fs.mkdir(path, { recursive: true, mode }))),
  rename: (from, to) => writing(to, () => fs.rename(from, to)),
  remove: (path) => writing(path, () => removeTree(path)),
  syncFolder,
  stat,
  list,
  freeBytes,
  writeNew,
  writeUnsynced,
  syncAll: (folder, paths) => writing(folder, () => syncAll(folder, paths)),
  makeSymlink: (path, target) => writing(path, () => fs.symlink(target, path)),
  makeHardLink: (path, existing) => writing(path, () => fs.link(existing, path)),
  readLink: (path) => reading(path, () => fs.readlink(path)),
  setMode: (path, mode) => writing(path, () => fs.chmod(path, mode)),
};

/** Folders that their owner may not change are made changeable first, where need be: a program may have left them so. */
async function removeTree(path: string): Promise<void> {
  try {
    await fs.rm(path, { recursive: true, force: true });
  } catch (error) {
    if (errnoCode(error) !== "EACCES") throw error;
    await openFolders(path);
    await fs.rm(path, { recursive: true, force: true });
  }
}

async function openFolders(path: string): Promise<void> {
  if (!(await fs.lstat(path)).isDirectory()) return;
  await fs.chmod(path, 0o700);
  for (const name of await fs.readdir(path)) await openFolders(join(path, name));
}

async function readIfPresent(path: string): Promise<Buffer | undefined> {
  return ifPresent(path, () => fs.readFile(path));
}

async function writeAtomic(path: string, content: string | Uint8Array, mode: number): Promise<void> {
  const folder = dirname(path);
  const temporary = temporaryName(path);
  await writing(path, async () => {
    await fs.mkdir(folder, { recursive: true });
    try {
      const file = await fs.open(temporary, "wx", mode);
      try {
        await file.chmod(mode);
        await file.writeFile(content);
        await file.sync();
      } finally {
        await file.close();
      }
      await fs.rename(temporary, path);
    } catch (error) {
      await fs.rm(temporary, { force: true });
      throw error;
    }
    await syncFolder(folder);
  });
}

function writeNew(path: string, content: AsyncIterable<Uint8Array>, mode: number): Promise<void> {
  return create(path, content, async (file) => {
    await file.chmod(mode);
    await file.sync();
  });
}

/** A small file is made in one go: of a package with many of them, waiting for a thread at each step would take most of the time. */
async function writeUnsynced(path: string, content: AsyncIterable<Uint8Array>, mode: number): Promise<void> {
  const rest = content[Symbol.asyncIterator]();
  const first: Uint8Array[] = [];
  for (let bytes = 0; bytes <= SMALL_BYTES; bytes += first.at(-1)?.length ?? 0) {
    const next = await rest.next();
    if (next.done === true) return writing(path, async () => createSmall(path, first, mode));
    first.push(next.value);
  }
  await create(path, joined(first, rest), (file) => file.chmod(mode));
}

function createSmall(path: string, chunks: readonly Uint8Array[], mode: number): void {
  const file = openSync(path, "wx", 0o600);
  try {
    for (const chunk of chunks) writeFileSync(file, chunk);
    fchmodSync(file, mode);
  } finally {
    closeSync(file);
  }
}

async function* joined(first: readonly Uint8Array[], rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* first;
  yield* { [Symbol.asyncIterator]: () => rest };
}

const SMALL_BYTES = 65_536;

/**
 * Errors of the source are its own; only those of the file are wrapped.
 *
 * @param finish sets the mode: one given to open() is subject to the umask
 */
async function create(
  path: string,
  content: AsyncIterable<Uint8Array>,
  finish: (file: fs.FileHandle) => Promise<void>,
): Promise<void> {
  const file = await writing(path, () => fs.open(path, "wx", 0o600));
  try {
    for await (const chunk of content) await writing(path, () => writeAll(file, chunk));
    await writing(path, () => finish(file));
  } finally {
    await file.close();
  }
}

async function writeAll(file: fs.FileHandle, chunk: Uint8Array): Promise<void> {
  for (let at = 0; at < chunk.length; ) {
    const { bytesWritten } = await file.write(chunk, at);
    at += bytesWritten;
  }
}

async function openForAppend(path: string, offset: number): Promise<AppendableFile> {
  return writing(path, async () => {
    await fs.mkdir(dirname(path), { recursive: true });
    const file = await fs.open(path, "a", 0o600);
    await file.truncate(offset);
    return {
      append: (chunk) => writing(path, () => writeAll(file, chunk)),
      sync: () => writing(path, () => file.sync()),
      close: () => file.close(),
    };
  });
}

async function* stream(path: string, part?: FilePart): AsyncIterable<Uint8Array> {
  const options = part === undefined ? {} : { start: part.first, end: part.last };
  try {
    for await (const chunk of createReadStream(path, options)) yield chunk as Buffer;
  } catch (cause) {
    throw new StorageError("E_FILE_READ", { file: path, reason: errnoReason(cause) }, { cause });
  }
}

async function readThrough(path: string, { first, last }: FilePart, take: (piece: Uint8Array) => void): Promise<void> {
  const file = await reading(path, () => fs.open(path, "r"));
  try {
    const memory = Buffer.allocUnsafeSlow(READ_BYTES);
    for (let position = first; position <= last; ) {
      const wanted = Math.min(READ_BYTES, last - position + 1);
      const at = position;
      const { bytesRead } = await reading(path, () => file.read(memory, 0, wanted, at));
      if (bytesRead === 0) return;
      take(memory.subarray(0, bytesRead));
      position += bytesRead;
    }
  } finally {
    await file.close();
  }
}

const READ_BYTES = 262_144;

async function syncFolder(path: string): Promise<void> {
  await writing(path, async () => {
    const folder = await fs.open(path, "r");
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  });
}

async function stat(path: string): Promise<FileStat | undefined> {
  const found = await ifPresent(path, () => fs.lstat(path));
  if (found === undefined) return undefined;
  return { kind: kindOf(found), size: found.size, mode: found.mode & 0o7777, modifiedAt: found.mtimeMs };
}

function kindOf(stats: Stats): FileStat["kind"] {
  if (stats.isFile()) return "file";
  if (stats.isDirectory()) return "folder";
  return stats.isSymbolicLink() ? "link" : "other";
}

async function list(path: string): Promise<readonly string[]> {
  const names = await ifPresent(path, () => fs.readdir(path));
  return (names ?? []).sort();
}

async function freeBytes(path: string): Promise<number> {
  const { bavail, bsize } = await reading(path, () => fs.statfs(path));
  return bavail * bsize;
}

async function ifPresent<Value>(path: string, read: () => Promise<Value>): Promise<Value | undefined> {
  try {
    return await read();
  } catch (cause) {
    // A file in the place of a folder: there is nothing below it.
    if (["ENOENT", "ENOTDIR"].includes(errnoCode(cause) ?? "")) return undefined;
    throw new StorageError("E_FILE_READ", { file: path, reason: errnoReason(cause) }, { cause });
  }
}

async function reading<Value>(path: string, read: () => Promise<Value>): Promise<Value> {
  try {
    return await read();
  } catch (cause) {
    throw new StorageError("E_FILE_READ", { file: path, reason: errnoReason(cause) }, { cause });
  }
}

async function writing<Value>(path: string, write: () => Promise<Value>): Promise<Value> {
  try {
    return await write();
  } catch (cause) {
    if (cause instanceof StorageError) throw cause;
    if (errnoCode(cause) === "ENOSPC") {
      throw new StorageError("E_DISK_FULL", { what: path, reason: errnoReason(cause) }, { cause });
    }
    throw new StorageError("E_FILE_WRITE", { file: path, reason: errnoReason(cause) }, { cause });
  }
}
