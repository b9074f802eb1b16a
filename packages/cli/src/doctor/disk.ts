import { dirname } from "node:path";
import { inodesOf, isWritable } from "@gateway-engine/platform/file-facts";
import { thisMachine } from "@gateway-engine/platform/machine";
import { formatSize } from "../figures.ts";
import { type Check, type CheckContext, fail, ok, type Verdict, warn } from "./check.ts";

/** Parts of the whole below which it is scarce, and below which it is nearly gone. */
const SCARCE = 0.1;
const GONE = 0.03;

export const checkDisk: Check = async (context) => {
  const { configDir, stateDir, logDir } = context.paths;
  const verdicts: Verdict[] = [];
  for (const folder of [configDir, stateDir, logDir]) verdicts.push(...(await checkFolder(context, folder)));
  return [...new Map(verdicts.map((verdict) => [`${verdict.level} ${verdict.text}`, verdict])).values()];
};

async function checkFolder(context: CheckContext, folder: string): Promise<readonly Verdict[]> {
  const place = await nearest(context, folder);
  const writable = await isWritable(place);
  const usage = await thisMachine.fileSystemUsage(place);
  const inodes = await inodesOf(place);
  return [
    ...(writable
      ? []
      : [fail(`${place} cannot be written`, "is the file system mounted read-only? mount, dmesg | tail")]),
    ...(usage === undefined ? [] : [judgeRoom(`at ${place}`, usage.available, usage.total)]),
    ...(inodes === undefined ? [] : judgeInodes(place, inodes.free, inodes.total)),
  ];
}

/** What is not there yet will be made there. */
async function nearest({ files }: CheckContext, folder: string): Promise<string> {
  for (let path = folder; ; path = dirname(path)) {
    if ((await files.stat(path)) !== undefined || path === dirname(path)) return path;
  }
}

export function judgeRoom(where: string, available: number, total: number): Verdict {
  const text = `${formatSize(available, total)} free ${where}`;
  const mend = "remove what is not needed; du -xh / | sort -h | tail shows what is large";
  if (available < total * GONE) return fail(text, mend);
  return available < total * SCARCE ? warn(text, mend) : ok(text);
}

export function judgeInodes(where: string, free: number, total: number): readonly Verdict[] {
  if (free >= total * SCARCE) return [];
  const text = `only ${free} more files fit at ${where}`;
  const mend = "find the folder with many small files and empty it";
  return [free < total * GONE ? fail(text, mend) : warn(text, mend)];
}
