import type { SystemTree } from "./system-tree.ts";

/** The table that `free` of procps-ng 4 prints, in KiB. Empty, and a gap, when the kernel does not say. */
export async function freeText(tree: SystemTree): Promise<string> {
  const meminfo = parseMeminfo((await tree.text("proc/meminfo")) ?? "");
  if (meminfo.has("MemTotal")) return formatFree(meminfo);
  tree.gaps.add("free", "no /proc/meminfo");
  return "";
}

export interface MemoryUse {
  /** In KiB. */
  readonly total: number;
  /** What programs cannot have. */
  readonly used: number;
}

/** @returns undefined when the kernel does not say */
export async function memoryOf(tree: SystemTree): Promise<MemoryUse | undefined> {
  const meminfo = parseMeminfo((await tree.text("proc/meminfo")) ?? "");
  const total = meminfo.get("MemTotal");
  return total === undefined || total === 0 ? undefined : { total, used: usedOf(meminfo) };
}

/** Field name to KiB, for example `MemTotal` to 1024000. @see proc(5), /proc/meminfo */
export function parseMeminfo(text: string): ReadonlyMap<string, number> {
  const fields = new Map<string, number>();
  for (const line of text.split("\n")) {
    const match = /^(\S+):\s+(\d+)/.exec(line);
    if (match !== null) fields.set(match[1] ?? "", Number(match[2]));
  }
  return fields;
}

function formatFree(meminfo: ReadonlyMap<string, number>): string {
  const kib = (field: string) => meminfo.get(field) ?? 0;
  const cache = cacheOf(meminfo);
  const available = availableOf(meminfo);
  const used = usedOf(meminfo);
  return [
    row("", ["total", "used", "free", "shared", "buff/cache", "available"]),
    row("Mem:", [kib("MemTotal"), used, kib("MemFree"), kib("Shmem"), cache, available]),
    row("Swap:", [kib("SwapTotal"), kib("SwapTotal") - kib("SwapFree"), kib("SwapFree")]),
    "",
  ].join("\n");
}

function usedOf(meminfo: ReadonlyMap<string, number>): number {
  return Math.max((meminfo.get("MemTotal") ?? 0) - availableOf(meminfo), 0);
}

/** Kernels before 3.14 do not estimate what is available. */
function availableOf(meminfo: ReadonlyMap<string, number>): number {
  return meminfo.get("MemAvailable") ?? (meminfo.get("MemFree") ?? 0) + cacheOf(meminfo);
}

function cacheOf(meminfo: ReadonlyMap<string, number>): number {
  return ["Buffers", "Cached", "SReclaimable"].reduce((sum, field) => sum + (meminfo.get(field) ?? 0), 0);
}

function row(label: string, cells: readonly (string | number)[]): string {
  return label.padEnd(8) + cells.map((cell) => String(cell).padStart(12)).join("");
}
