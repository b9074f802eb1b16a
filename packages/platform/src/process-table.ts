import { readFileSync } from "node:fs";

/**
 * What tells a process from a later one with the same pid: the clock tick after boot at which it started.
 *
 * @returns undefined when there is no such process, or it is a zombie
 * @see proc(5), /proc/[pid]/stat, fields 3 and 22
 */
export function processStartTicks(pid: number): number | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch {
    return undefined;
  }
  // The command name, in parentheses, may itself hold spaces and parentheses.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields[0] === "Z" || fields[0] === "X" ? undefined : Number(fields[19]);
}

/** Changes with every boot of the machine. */
export function bootId(): string {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  } catch {
    return "";
  }
}
