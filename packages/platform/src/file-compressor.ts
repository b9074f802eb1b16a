import { type FileHandle, open, rm } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import type { FileCompressor, FileCopy } from "@gateway-engine/core/file-compressor";

/** zlib works in libuv's threads, and one piece is on its way at a time. */
export const gzipCompressor: FileCompressor = { compress };

async function compress({ from, to, signal }: FileCopy, whole: (identity: number) => void): Promise<void> {
  const source = await open(from, "r");
  try {
    await writeCopy(source, to, signal);
    const { ino } = await source.stat();
    whole(ino);
  } catch (error) {
    await rm(to, { force: true });
    throw error;
  } finally {
    await source.close();
  }
}

async function writeCopy(source: FileHandle, to: string, signal: AbortSignal): Promise<void> {
  // Loaded when it is needed: most daemons never compress anything.
  const { createGzip } = await import("node:zlib");
  const { mode, uid, gid, atime, mtime } = await source.stat();
  const target = await open(to, "w", mode);
  try {
    await target.chown(uid, gid).catch(() => {});
    await pipeline(pieces(source), createGzip(), (compressed) => target.writeFile(compressed), { signal });
    await target.utimes(atime, mtime);
    await target.sync();
  } finally {
    await target.close();
  }
}

async function* pieces(source: FileHandle): AsyncGenerator<Uint8Array> {
  for (;;) {
    const { bytesRead, buffer } = await source.read({ buffer: Buffer.alloc(PIECE) });
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
  }
}

const PIECE = 64 * 1024;
