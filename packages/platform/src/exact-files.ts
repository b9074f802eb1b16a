import { execFile } from "node:child_process";
import type { BigIntStats } from "node:fs";
import * as fs from "node:fs/promises";
import { promisify } from "node:util";
import { StorageError } from "@gateway-engine/core/errors";
import type { ExactEntry, ExactFiles, ExactStat } from "@gateway-engine/core/exact-files";
import { errnoCode, errnoReason } from "./errno.ts";

export const exactFiles: ExactFiles = {
  stat,
  list: (path) => failing("E_FILE_READ", path, async () => (await fs.readdir(bytes(path), "latin1")).sort()),
  entries: (path) => failing("E_FILE_READ", path, () => entries(path)),
  link: (existing, path) => writing(path, () => fs.link(bytes(existing), bytes(path))),
  rename: (from, to) => writing(to, () => fs.rename(bytes(from), bytes(to))),
  makeFolder: (path) => writing(path, async () => void (await fs.mkdir(bytes(path), { recursive: true }))),
  remove,
  removeEmptyFolder,
  setOwner: (path, uid, gid) => writing(path, () => fs.lchown(bytes(path), uid, gid)),
  setMode: (path, mode) => writing(path, () => fs.chmod(bytes(path), mode)),
  sync: () => writing("/", async () => void (await promisify(execFile)("sync"))),
};

async function stat(path: string): Promise<ExactStat | undefined> {
  try {
    return toStat(await fs.lstat(bytes(path), { bigint: true }));
  } catch (cause) {
    if (errnoCode(cause) === "ENOENT" || errnoCode(cause) === "ENOTDIR") return undefined;
    throw new StorageError("E_FILE_READ", { file: path, reason: errnoReason(cause) }, { cause });
  }
}

function toStat(stats: BigIntStats): ExactStat {
  return {
    kind: kindOf(stats),
    inode: String(stats.ino),
    device: String(stats.dev),
    links: Number(stats.nlink),
    size: Number(stats.size),
    mode: Number(stats.mode) & 0o7777,
    uid: Number(stats.uid),
    gid: Number(stats.gid),
    modified: stats.mtimeNs,
    changed: stats.ctimeNs,
  };
}

function kindOf(stats: BigIntStats): ExactStat["kind"] {
  if (stats.isFile()) return "file";
  if (stats.isDirectory()) return "folder";
  if (stats.isSymbolicLink()) return "link";
  return stats.isCharacterDevice() && stats.rdev === 0n ? "whiteout" : "other";
}

async function entries(path: string): Promise<readonly ExactEntry[]> {
  const found = await fs.readdir(bytes(path), { withFileTypes: true, encoding: "buffer" });
  return found
    .map((entry) => ({ name: entry.name.toString("latin1"), isFolder: entry.isDirectory() }))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** `fs.rm` takes a path of bytes, but loses them in the folders below. */
async function remove(path: string): Promise<void> {
  const found = await stat(path);
  if (found?.kind !== "folder") return writing(path, () => fs.rm(bytes(path), { force: true }));
  for (const name of await fs.readdir(bytes(path), "latin1")) await remove(`${path}/${name}`);
  await writing(path, () => fs.rmdir(bytes(path)));
}

async function removeEmptyFolder(path: string): Promise<boolean> {
  try {
    await fs.rmdir(bytes(path));
    return true;
  } catch (cause) {
    if (errnoCode(cause) === "ENOTEMPTY" || errnoCode(cause) === "EEXIST" || errnoCode(cause) === "ENOENT")
      return false;
    throw new StorageError("E_FILE_WRITE", { file: path, reason: errnoReason(cause) }, { cause });
  }
}

function bytes(path: string): Buffer {
  return Buffer.from(path, "latin1");
}

function writing<Value>(path: string, write: () => Promise<Value>): Promise<Value> {
  return failing("E_FILE_WRITE", path, write);
}

async function failing<Value>(
  code: "E_FILE_READ" | "E_FILE_WRITE",
  path: string,
  work: () => Promise<Value>,
): Promise<Value> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof StorageError) throw cause;
    const reason = errnoReason(cause);
    if (errnoCode(cause) === "ENOSPC") throw new StorageError("E_DISK_FULL", { what: path, reason }, { cause });
    throw new StorageError(code, { file: path, reason }, { cause });
  }
}
