import { createHash } from "node:crypto";
import { dirname } from "node:path";
import { DiskRoom } from "@gateway-engine/core/disk-room";
import { PackageError, StorageError } from "@gateway-engine/core/errors";
import type { Files } from "@gateway-engine/core/files";

export interface CopyOrder {
  /** The package's file name, for messages. */
  readonly name: string;
  /** Absolute path. */
  readonly source: string;
  /** Absolute path; its folder is there. */
  readonly destination: string;
  /** What it has to be, as 64 lower-case hexadecimal digits. */
  readonly sha256?: string | undefined;
  /** Bytes that stay free on the disk. */
  readonly reserveBytes: number;
  readonly signal: AbortSignal;
  readonly onFetched: (received: number, total: number) => void;
}

/**
 * Copies a package that lies on the gateway; the copy appears only when it is whole and on disk.
 *
 * @throws StorageError E_FILE_READ, E_FILE_WRITE or E_DISK_FULL; PackageError E_PACKAGE_DIGEST
 */
export async function copyPackage(files: Files, order: CopyOrder): Promise<void> {
  const { name, source, destination, sha256, signal } = order;
  const found = await files.stat(source);
  if (found === undefined) throw new StorageError("E_FILE_READ", { file: source, reason: "no such file or folder" });
  const partial = `${destination}.part`;
  const room = new DiskRoom(files, dirname(partial), order.reserveBytes);
  const hash = createHash("sha256");
  const copy = await files.openForAppend(partial, 0);
  try {
    await room.check(found.size);
    let copied = 0;
    for await (const chunk of files.stream(source)) {
      signal.throwIfAborted();
      await room.take(chunk.length);
      await copy.append(chunk);
      hash.update(chunk);
      copied += chunk.length;
      order.onFetched(copied, Math.max(copied, found.size));
    }
    await copy.sync();
  } finally {
    await copy.close();
  }
  const digest = hash.digest("hex");
  if (sha256 !== undefined && digest !== sha256) {
    throw new PackageError("E_PACKAGE_DIGEST", {
      name,
      problem: `its SHA-256 is ${digest}, and ${sha256} was ordered`,
    });
  }
  await files.rename(partial, destination);
  await files.syncFolder(dirname(destination));
}
