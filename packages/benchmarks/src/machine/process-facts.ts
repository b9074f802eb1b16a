/** What Linux knows of a running process: memory, processor time, and how often it was woken. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";

export interface MemoryFacts {
  /** Megabytes of 1,048,576 bytes. */
  readonly privateDirty: number;
  /** Its own pages, and its share of those that other processes use as well. */
  readonly pss: number;
  readonly rss: number;
}

/** @see proc(5), /proc/[pid]/smaps_rollup */
export function memoryOf(pid: number): MemoryFacts {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
  const megabytes = (name: string) =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(text)?.[1] ?? Number.NaN) / 1024;
  return { privateDirty: megabytes("Private_Dirty"), pss: megabytes("Pss"), rss: megabytes("Rss") };
}

/**
 * Begins to watch how much memory a process has at the highest.
 *
 * @see proc(5), /proc/[pid]/clear_refs, 5
 */
export function startPeak(pid: number): { readonly grown: () => number } {
  writeFileSync(`/proc/${pid}/clear_refs`, "5");
  const before = peakOf(pid);
  return { grown: () => peakOf(pid) - before };
}

/** The highest resident memory since the process began, in megabytes of 1,048,576 bytes. */
export function peakOf(pid: number): number {
  return Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024;
}

export interface ActivityFacts {
  /** Of all its threads since they began. */
  readonly cpuMs: number;
  /** How often a thread of it went to sleep, and so was woken. */
  readonly wakeUps: number;
}

/** @see proc(5), /proc/[pid]/task/[tid]/schedstat and status */
export function activityOf(pid: number): ActivityFacts {
  let cpuMs = 0;
  let wakeUps = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const folder = `/proc/${pid}/task/${thread}`;
    cpuMs += Number(readFileSync(`${folder}/schedstat`, "utf8").split(" ")[0]) / 1e6;
    wakeUps += Number(/^voluntary_ctxt_switches:\s+(\d+)/m.exec(readFileSync(`${folder}/status`, "utf8"))?.[1]);
  }
  return { cpuMs, wakeUps };
}

/** Direct children, zombies included. */
export function childrenOf(pid: number): readonly number[] {
  return readdirSync(`/proc/${pid}/task`)
    .flatMap((thread) => readFileSync(`/proc/${pid}/task/${thread}/children`, "utf8").trim().split(" "))
    .filter((child) => child !== "")
    .map(Number);
}

export function isAlive(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}

/** Children, their children, and so on. */
export function descendantsOf(pid: number): readonly number[] {
  return isAlive(pid) ? childrenOf(pid).flatMap((child) => [child, ...descendantsOf(child)]) : [];
}
