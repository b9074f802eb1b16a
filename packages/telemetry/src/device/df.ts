import type { FileSystemUsage, Machine } from "@gateway-engine/core/machine";
import { type Mount, parseMountinfo, reportedMounts } from "./mounts.ts";
import type { SystemTree } from "./system-tree.ts";

export interface MountUsage extends FileSystemUsage {
  readonly source: string;
  readonly type: string;
  readonly mountPoint: string;
}

/** How full the local file systems are. */
export async function localUsages(
  tree: SystemTree,
  machine: Pick<Machine, "fileSystemUsage">,
): Promise<readonly MountUsage[]> {
  const mounts = parseMountinfo((await tree.text("proc/self/mountinfo")) ?? "");
  if (mounts.length === 0) tree.gaps.add("df", "no /proc/self/mountinfo");
  const usages = await Promise.all(
    reportedMounts(mounts).map(async (mount) => withUsage(mount, await machine.fileSystemUsage(mount.mountPoint))),
  );
  return usages.flatMap((usage) => (usage !== undefined && usage.total > 0 ? [usage] : []));
}

/** As df counts: of what ordinary users may use. @returns undefined when that is nothing */
export function percentUsed({ total, free, available }: FileSystemUsage): number | undefined {
  const used = total - free;
  const usable = used + available;
  return usable === 0 ? undefined : Math.ceil((used * 100) / usable);
}

/** The table that `df` of GNU coreutils prints, in KiB, of the local file systems. */
export async function dfText(tree: SystemTree, machine: Pick<Machine, "fileSystemUsage">): Promise<string> {
  return formatDf(await localUsages(tree, machine));
}

function withUsage(mount: Mount, usage: FileSystemUsage | undefined): MountUsage | undefined {
  const { source, mountPoint, type } = mount;
  return usage === undefined ? undefined : { source, mountPoint, type, ...usage };
}

function formatDf(usages: readonly MountUsage[]): string {
  const header = ["Filesystem", "1K-blocks", "Used", "Available", "Use%", "Mounted on"];
  const rows = [header, ...usages.map(toCells)];
  const widths = MIN_WIDTHS.map((least, column) =>
    Math.max(least, ...rows.map((cells) => (cells[column] ?? "").length)),
  );
  return rows.map((cells) => `${layOut(cells, widths)}\n`).join("");
}

/** The narrowest that coreutils makes each column; the last has no width. */
const MIN_WIDTHS = [14, 5, 5, 5, 4];

/** The first column stands left, the numbers right, the last as it is. */
function layOut(cells: readonly string[], widths: readonly number[]): string {
  return cells
    .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
    .join(" ");
}

function toCells(usage: MountUsage): readonly string[] {
  const { source, mountPoint, total, free, available } = usage;
  const percent = percentUsed(usage);
  const share = percent === undefined ? "-" : `${percent}%`;
  return [source, inKib(total), inKib(total - free), inKib(available), share, mountPoint];
}

/** coreutils rounds up. */
function inKib(bytes: number): string {
  return String(Math.ceil(bytes / 1024));
}
