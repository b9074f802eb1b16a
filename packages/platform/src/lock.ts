import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { StorageError } from "@gateway-engine/core/errors";
import { errnoReason } from "./errno.ts";

export interface Lock {
  release(): void;
}

/**
 * Takes the lock file at `path` for this process. The kernel gives it back when the process ends, however it ends.
 *
 * Node has no file locks of its own; SQLite's are the kernel's, and an exclusive transaction on an empty database holds one.
 * The holder's pid stands beside it, in `<path>.pid`.
 *
 * @param what the thing that is locked, and `mend` what to do when it is taken, for the error E_LOCKED
 */
export function acquireLock(path: string, what: string, mend: string): Lock {
  let database: DatabaseSync | undefined;
  try {
    mkdirSync(dirname(path), { recursive: true });
    database = new DatabaseSync(path);
    database.exec("BEGIN EXCLUSIVE");
    writeFileSync(`${path}.pid`, `${process.pid}\n`);
  } catch (cause) {
    database?.close();
    if (cause instanceof Error && cause.message.includes("database is locked")) {
      throw new StorageError("E_LOCKED", { what, pid: readHolder(path), mend }, { cause });
    }
    throw new StorageError("E_FILE_WRITE", { file: path, reason: errnoReason(cause) }, { cause });
  }
  const held = database;
  return { release: () => held.close() };
}

function readHolder(path: string): string {
  try {
    return readFileSync(`${path}.pid`, "utf8").trim();
  } catch {
    return "unknown";
  }
}
