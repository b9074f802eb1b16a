import type { Files } from "@gateway-engine/core/files";

/** Bytes of memory, and how many of them programs may still have. @returns null when the kernel does not say */
export async function readMemory(
  files: Pick<Files, "readText">,
): Promise<{ readonly total: number; readonly available: number } | null> {
  const text = (await files.readText("/proc/meminfo")) ?? "";
  const kib = (field: string) => new RegExp(`^${field}:\\s+(\\d+)`, "m").exec(text)?.[1];
  const total = kib("MemTotal");
  const available = kib("MemAvailable") ?? kib("MemFree");
  if (total === undefined || available === undefined) return null;
  return { total: Number(total) * 1024, available: Number(available) * 1024 };
}
