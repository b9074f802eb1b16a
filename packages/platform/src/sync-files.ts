import * as fs from "node:fs";
import { dirname } from "node:path";
import { StorageError } from "@gateway-engine/core/errors";
import type { OpenLog, OpenLogOptions, SyncFiles } from "@gateway-engine/core/sync-files";
import { errnoCode, errnoReason } from "./errno.ts";

export const nodeSyncFiles: SyncFiles = {
  openLog: (path, options) => writing(path, () => openLog(path, options)),
  readText: (path) => ifPresent(path, () => fs.readFileSync(path, "utf8")),
  readRange: (path, offset, length) => ifPresent(path, () => readRange(path, offset, length)),
  size: (path) => ifPresent(path, () => ordinarySize(fs.statSync(path))),
  replace: (path, text, mode) => writing(path, () => replace(path, text, mode)),
  replaceDurably: (path, text, mode) => writing(path, () => replaceDurably(path, text, mode)),
  rename: (from, to) => writing(to, () => ignoringAbsence(() => fs.renameSync(from, to))),
  remove: (path) => writing(path, () => fs.rmSync(path, { force: true })),
  identity: (path) => ifPresent(path, () => fs.statSync(path).ino),
  makeFolder: (path, mode) => writing(path, () => void fs.mkdirSync(path, { recursive: true, mode })),
  removeFolder: (path) => writing(path, () => fs.rmSync(path, { recursive: true, force: true })),
  list: (path) => ifPresent(path, () => fs.readdirSync(path).sort()) ?? [],
};

function openLog(path: string, { mode, truncate }: OpenLogOptions): OpenLog {
  const fd = openForLog(path, truncate === true ? "w" : "a", mode);
  const stats = fs.fstatSync(fd);
  return {
    initialSize: ordinarySize(stats),
    changedAt: Math.floor(stats.mtimeMs),
    write: (chunk) => writing(path, () => writeWhole(fd, chunk)),
    close: () => {
      if (fd > LAST_STANDARD_FD) fs.closeSync(fd);
    },
  };
}

function ordinarySize(stats: fs.Stats): number | undefined {
  return stats.isFile() ? stats.size : undefined;
}

/** Our own standard output may be a socket, which cannot be opened by its path. */
function openForLog(path: string, flags: string, mode: number): number {
  try {
    return fs.openSync(path, flags, mode);
  } catch (error) {
    if (errnoCode(error) === "ENXIO" && path === "/dev/stdout") return 1;
    if (errnoCode(error) === "ENXIO" && path === "/dev/stderr") return 2;
    throw error;
  }
}

function writeWhole(fd: number, chunk: Uint8Array): void {
  for (let at = 0; at < chunk.length; ) at += fs.writeSync(fd, chunk, at);
}

function readRange(path: string, offset: number, length: number): Uint8Array {
  const fd = fs.openSync(path, "r");
  try {
    const available = Math.max(0, Math.min(length, fs.fstatSync(fd).size - offset));
    const bytes = Buffer.alloc(available);
    return bytes.subarray(0, available === 0 ? 0 : fs.readSync(fd, bytes, 0, available, offset));
  } finally {
    fs.closeSync(fd);
  }
}

function replace(path: string, text: string, mode: number): void {
  fs.mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.tmp`;
  fs.writeFileSync(temporary, text, { mode });
  fs.renameSync(temporary, path);
}

function replaceDurably(path: string, text: string, mode: number): void {
  fs.mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.tmp`;
  fs.writeFileSync(temporary, text, { mode, flush: true });
  fs.renameSync(temporary, path);
  const folder = fs.openSync(dirname(path), "r");
  try {
    fs.fsyncSync(folder);
  } finally {
    fs.closeSync(folder);
  }
}

function ignoringAbsence(work: () => void): void {
  try {
    work();
  } catch (error) {
    if (errnoCode(error) !== "ENOENT") throw error;
  }
}

function ifPresent<Value>(path: string, read: () => Value): Value | undefined {
  try {
    return read();
  } catch (cause) {
    if (errnoCode(cause) === "ENOENT") return undefined;
    throw new StorageError("E_FILE_READ", { file: path, reason: errnoReason(cause) }, { cause });
  }
}

function writing<Value>(path: string, write: () => Value): Value {
  try {
    return write();
  } catch (cause) {
    if (errnoCode(cause) === "ENOSPC") {
      throw new StorageError("E_DISK_FULL", { what: path, reason: errnoReason(cause) }, { cause });
    }
    throw new StorageError("E_FILE_WRITE", { file: path, reason: errnoReason(cause) }, { cause });
  }
}

const LAST_STANDARD_FD = 2;
