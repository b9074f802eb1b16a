import { readdirSync, readFileSync } from "node:fs";
import type { ProcessIdentity } from "@gateway-engine/core/children";

/**
 * What tells a process from a later one with the same pid: the clock tick after boot at which it started.
 *
 * @returns undefined when there is no such process, or it is a zombie
 * @see proc(5), /proc/[pid]/stat, fields 3 and 22
 */
export function processStartTicks(pid: number): number | undefined {
  return readProcess(pid)?.startTicks;
}

/**
 * The oldest living process that leads a session and was started with `name=value` in its environment.
 * Processes whose environment we may not read are not ours.
 */
export function findSessionLeader(name: string, value: string): LivingProcess | undefined {
  const wanted = `${name}=${value}`;
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry) && readEnvironment(entry).includes(wanted))
    .map((entry) => readProcess(Number(entry)))
    .filter((found) => found !== undefined)
    .filter((found) => found.session === found.pid)
    .sort((one, other) => one.startTicks - other.startTicks)
    .at(0);
}

export interface LivingProcess {
  readonly pid: number;
  readonly session: number;
  readonly startTicks: number;
  /** Used by it and by the children that it has waited for, in user and in kernel mode. */
  readonly cpuTicks: number;
}

/** Every process that lives now; one that begins or ends meanwhile may be missed. */
export function* livingProcesses(): Generator<LivingProcess> {
  for (const entry of readdirSync("/proc")) {
    const found = /^\d+$/.test(entry) ? readProcess(Number(entry)) : undefined;
    if (found !== undefined) yield found;
  }
}

/**
 * How a child of ours has ended that nobody has waited for, as wait(2) would tell.
 *
 * @see proc(5), /proc/[pid]/stat, fields 4 and 52
 */
export function waitStatus({ pid, startTicks }: ProcessIdentity): number | undefined {
  const fields = readFields(pid);
  if (fields?.[0] !== "Z" || Number(fields[1]) !== process.pid) return undefined;
  return Number(fields[19]) === startTicks ? Number(fields[49]) : undefined;
}

function readProcess(pid: number): LivingProcess | undefined {
  const fields = readFields(pid);
  if (fields === undefined || fields[0] === "Z" || fields[0] === "X") return undefined;
  const cpuTicks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  return { pid, session: Number(fields[3]), startTicks: Number(fields[19]), cpuTicks };
}

/** From field 3 on. */
function readFields(pid: number): readonly string[] | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch {
    return undefined;
  }
  // The command name, in parentheses, may itself hold spaces and parentheses.
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
}

function readEnvironment(pid: string): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
  } catch {
    return [];
  }
}

/** Changes with every boot of the machine. */
export function bootId(): string {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  } catch {
    return "";
  }
}
