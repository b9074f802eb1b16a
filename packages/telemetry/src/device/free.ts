import type { SystemTree } from "./system-tree.ts";

/** The table that `free` of procps-ng 4 prints, in KiB. Empty, and a gap, when the kernel does not say. */
export async function freeText(tree: SystemTree): Promise<string> {
  const meminfo = parseMeminfo((await tree.text("proc/meminfo")) ?? "");
  if (meminfo.has("MemTotal")) return formatFree(meminfo);
  tree.gaps.add("free", "no /proc/meminfo");
  return "";
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
  const cache = kib("Buffers") + kib("Cached") + kib("SReclaimable");
  // Kernels before 3.14 do not estimate what is available.
  const available = meminfo.get("MemAvailable") ?? kib("MemFree") + cache;
  const used = Math.max(kib("MemTotal") - available, 0);
  return [
    row("", ["total", "used", "free", "shared", "buff/cache", "available"]),
    row("Mem:", [kib("MemTotal"), used, kib("MemFree"), kib("Shmem"), cache, available]),
    row("Swap:", [kib("SwapTotal"), kib("SwapTotal") - kib("SwapFree"), kib("SwapFree")]),
    "",
  ].join("\n");
}

function row(label: string, cells: readonly (string | number)[]): string {
  return label.padEnd(8) + cells.map((cell) => String(cell).padStart(12)).join("");
}
