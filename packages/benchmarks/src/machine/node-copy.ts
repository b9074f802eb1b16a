import { closeSync, copyFileSync, fsyncSync, mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import { BUILD_FOLDER } from "./repository.ts";

/**
 * A Node of its own, so that what runs on it shares no memory with the benchmark, which runs on Node as well. It is
 * written to the disk first: until then the kernel calls its pages dirty.
 */
export function copyOfNode(): string {
  const copy = join(BUILD_FOLDER, "node");
  mkdirSync(BUILD_FOLDER, { recursive: true });
  copyFileSync(process.execPath, copy);
  const fd = openSync(copy, "r");
  fsyncSync(fd);
  closeSync(fd);
  return copy;
}
