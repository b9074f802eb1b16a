import type { FileSystemUsage, Machine } from "@gateway-engine/core/machine";
import { type Mount, parseMountinfo, reportedMounts } from "./mounts.ts";
import type { SystemTree } from "./system-tree.ts";

interface MountUsage extends FileSystemUsage {
  readonly source: string;
  readonly mountPoint: string;
}

/** The table that `df` of GNU coreutils prints, in KiB, of the local file systems. */
export async function dfText(tree: SystemTree, machine: Pick<Machine, "fileSystemUsage">): Promise<string> {
  const mounts = parseMountinfo((await tree.text("proc/self/mountinfo")) ?? "");
  if (mounts.length === 0) tree.gaps.add("df", "no /proc/self/mountinfo");
  const usages = await Promise.all(
    reportedMounts(mounts).map(async (mount) => withUsage(mount, await machine.fileSystemUsage(mount.mountPoint))),
  );
  return formatDf(usages.flatMap((usage) => (usage !== undefined && usage.total > 0 ? [usage] : [])));
}

function withUsage({ source, mountPoint }: Mount, usage: FileSystemUsage | undefined): MountUsage | undefined {
  return usage === undefined ? undefined : { source, mountPoint, ...usage };
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

function toCells({ source, mountPoint, total, free, available }: MountUsage): readonly string[] {
  const used = total - free;
  const usable = used + available;
  const percent = usable === 0 ? "-" : `${Math.ceil((used * 100) / usable)}%`;
  return [source, inKib(total), inKib(used), inKib(available), percent, mountPoint];
}

/** coreutils rounds up. */
function inKib(bytes: number): string {
  return String(Math.ceil(bytes / 1024));
}
