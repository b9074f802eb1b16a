import type { ProcFolder } from "@gateway-engine/core/proc-folder";

/** What one line of `/proc/[pid]/stat` tells of a process. */
export interface ProcessStat {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  /** Used by it and by the children that it has waited for, in user and in kernel mode. */
  readonly cpuTicks: number;
  /** After the start of the machine. With the pid it names the process for good. */
  readonly startTicks: number;
}

/** What the kernel tells programs, whatever it counts with itself. */
export const TICKS_PER_SECOND = 100;

/** One pass over the processes that there are; one that ends meanwhile is left out. */
export function readProcesses(proc: ProcFolder): readonly ProcessStat[] {
  return proc
    .pids()
    .map((pid) => parseProcessStat(proc.read(`${pid}/stat`) ?? ""))
    .filter((process) => process !== undefined);
}

/**
 * @returns undefined when the text is no such line
 * @see proc_pid_stat(5)
 */
export function parseProcessStat(text: string): ProcessStat | undefined {
  // The name of the program, in parentheses, may itself hold spaces and parentheses.
  const nameEnd = text.lastIndexOf(")");
  // From field 3 on.
  const fields = text.slice(nameEnd + 2).split(" ");
  if (nameEnd < 0 || fields.length <= START_TIME) return undefined;
  const field = (index: number) => Number(fields[index]);
  return {
    pid: Number.parseInt(text, 10),
    parent: field(1),
    group: field(2),
    session: field(3),
    cpuTicks: field(11) + field(12) + field(13) + field(14),
    startTicks: field(START_TIME),
  };
}

const START_TIME = 19;
