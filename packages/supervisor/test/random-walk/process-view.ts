/** What the kernel says of a daemon: its children and its open files. */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";

export interface Child {
  readonly pid: number;
  /** `group:name`, by its environment; undefined for what was just forked, for a zombie, and for what is no program. */
  readonly process: string | undefined;
}

export function childrenOf(daemonPid: number): readonly Child[] {
  return pids()
    .filter((pid) => parentOf(pid) === daemonPid)
    .map((pid) => ({ pid: Number(pid), process: processNameOf(pid) }));
}

/** Command lines of processes, other than the daemon, whose environment names its folder: children and their children. */
export function startedIn(folder: string, daemonPid: number): readonly string[] {
  return pids()
    .filter((pid) => Number(pid) !== daemonPid && environmentOf(pid).some((entry) => entry.includes(folder)))
    .map((pid) => `${pid} ${read(() => readFileSync(`/proc/${pid}/cmdline`, "utf8"))?.replaceAll("\0", " ")}`);
}

/** Processes started by any daemon over the folder, each told by the session that it leads. */
export function leadersIn(folder: string): readonly Child[] {
  return pids()
    .filter((pid) => sessionOf(pid) === Number(pid) && environmentOf(pid).some((entry) => entry.includes(folder)))
    .map((pid) => ({ pid: Number(pid), process: processNameOf(pid) }));
}

/** Processes that live more than once. */
export function doubles(children: readonly Child[]): readonly string[] {
  const names = children.map(({ process }) => process).filter((name) => name !== undefined);
  return names.filter((name, index) => names.indexOf(name) !== index);
}

/** What each open descriptor is, without the numbers that differ from one opening to the next. */
export function openFiles(pid: number): readonly string[] {
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder)
    .flatMap((fd) => read(() => readlinkSync(`${folder}/${fd}`)) ?? [])
    .map((target) => target.replace(/^(socket|pipe):\[\d+\]$/, "$1"))
    .sort();
}

/** Pipes that were removed and that it still holds. */
export function removedPipes(pid: number): readonly string[] {
  return openFiles(pid).filter((target) => /\.(stdin|stdout|stderr) \(deleted\)$/.test(target));
}

function pids(): readonly string[] {
  return readdirSync("/proc").filter((entry) => /^\d+$/.test(entry));
}

function environmentOf(pid: string): readonly string[] {
  return (read(() => readFileSync(`/proc/${pid}/environ`, "utf8")) ?? "").split("\0");
}

function parentOf(pid: string): number | undefined {
  return statOf(pid)?.[1];
}

function sessionOf(pid: string): number | undefined {
  return statOf(pid)?.[3];
}

/** The numbers after the name: state, parent, group, session ... (proc(5), from field 3 on). */
function statOf(pid: string): readonly number[] | undefined {
  const stat = read(() => readFileSync(`/proc/${pid}/stat`, "utf8"));
  return stat
    ?.slice(stat.lastIndexOf(")") + 2)
    .split(" ")
    .map(Number);
}

function processNameOf(pid: string): string | undefined {
  const environment = environmentOf(pid);
  const value = (name: string) => environment.find((entry) => entry.startsWith(`${name}=`))?.slice(name.length + 1);
  const [group, name] = [value("SUPERVISOR_GROUP_NAME"), value("SUPERVISOR_PROCESS_NAME")];
  // Checks and hooks have the names of their program, but not the mark of a child.
  const isChild = value("SUPERVISOR_SPAWN_ID") !== undefined;
  return !isChild || group === undefined || name === undefined ? undefined : `${group}:${name}`;
}

/** undefined when it ended while we looked. */
function read<Value>(look: () => Value): Value | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}
