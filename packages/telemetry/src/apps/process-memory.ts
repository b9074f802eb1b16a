import type { ProcFolder } from "@gateway-engine/core/proc-folder";

/**
 * Bytes of memory that a process holds: its proportional set size, in which a page that n processes share counts a n-th.
 * Where that may not be read, or the kernel (before 4.14) does not tell it, its resident set size.
 *
 * @returns 0 for a process that has ended
 */
export function memoryOf(pid: number, proc: ProcFolder): number {
  const kilobytes = /^Pss:\s*(\d+) kB$/m.exec(proc.read(`${pid}/smaps_rollup`) ?? "");
  const resident = kilobytes ?? /^VmRSS:\s*(\d+) kB$/m.exec(proc.read(`${pid}/status`) ?? "");
  return Number(resident?.[1] ?? 0) * 1024;
}
