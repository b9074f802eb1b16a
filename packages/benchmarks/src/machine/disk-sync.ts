/** How long the disk takes: without it no figure of a durable store means anything. */
import { closeSync, fdatasyncSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { median } from "../statistics.ts";

const TIMES = 300;

/** @returns milliseconds to append 4 KiB to a file in `folder` and have it on disk, in the median */
export function diskSyncMs(folder: string): number {
  const file = join(folder, "disk-sync");
  const fd = openSync(file, "w");
  try {
    const block = Buffer.alloc(4096, 1);
    return median(
      Array.from({ length: TIMES }, () => {
        const start = performance.now();
        writeSync(fd, block);
        fdatasyncSync(fd);
        return performance.now() - start;
      }),
    );
  } finally {
    closeSync(fd);
    rmSync(file);
  }
}
