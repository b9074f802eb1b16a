/** What the machine says of its disks, its memory and its sensors. */
import type { Machine } from "@gateway-engine/core/machine";
import { localUsages, percentUsed } from "../device/df.ts";
import { memoryOf } from "../device/free.ts";
import { Gaps } from "../device/gaps.ts";
import { type SystemFiles, SystemTree } from "../device/system-tree.ts";
import { readTemperatures } from "../device/temperature.ts";
import type { Reading } from "./alert-book.ts";

/** Percent used of each file system that can be written. @returns undefined when the kernel does not say */
export async function diskReadings(
  files: SystemFiles,
  root: string,
  machine: Pick<Machine, "fileSystemUsage">,
): Promise<readonly Reading[] | undefined> {
  const usages = await localUsages(treeOf(files, root), machine);
  if (usages.length === 0) return undefined;
  return usages.flatMap((usage) => {
    const percent = percentUsed(usage);
    const isWatched = percent !== undefined && !ALWAYS_FULL.has(usage.type);
    return isWatched ? [{ what: usage.mountPoint, value: percent }] : [];
  });
}

/** Images that are made full and are read only. */
const ALWAYS_FULL: ReadonlySet<string> = new Set(["squashfs", "erofs", "cramfs", "romfs", "iso9660", "udf"]);

/** Percent of the memory that programs cannot have. @returns undefined when the kernel does not say */
export async function memoryReadings(files: SystemFiles, root: string): Promise<readonly Reading[] | undefined> {
  const memory = await memoryOf(treeOf(files, root));
  return memory && [{ what: "memory", value: Math.round((1000 * memory.used) / memory.total) / 10 }];
}

/** Degrees Celsius of each sensor; a machine may have none. */
export async function temperatureReadings(files: SystemFiles, root: string): Promise<readonly Reading[]> {
  const temperatures = (await readTemperatures(treeOf(files, root))) ?? {};
  return Object.entries(temperatures).map(([what, value]) => ({ what, value }));
}

function treeOf(files: SystemFiles, root: string): SystemTree {
  return new SystemTree(files, root, new Gaps());
}
