import { readdirSync, readFileSync } from "node:fs";

export interface RunningProcess {
  readonly pid: number;
  readonly parent: number;
  /** Its command line. */
  readonly line: string;
  /** `NAME=value` pairs, each ended by a zero byte. */
  readonly environment: string;
}

/** Every program of this machine that this user may look at. */
export function runningProcesses(): RunningProcess[] {
  const processes = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        return [readProcess(name)];
      } catch {
        return []; // It ended while we looked.
      }
    });
  // What was just forked is still a copy of its parent, and becomes another program in a moment.
  const lines = new Map(processes.map(({ pid, line }) => [pid, line]));
  return processes.filter(({ parent, line }) => lines.get(parent) !== line);
}

function readProcess(pid: string): RunningProcess {
  const read = (file: string) => readFileSync(`/proc/${pid}/${file}`, "utf8");
  const [, parent] = / \(.*\) \S (\d+) /s.exec(read("stat")) ?? [];
  return {
    pid: Number(pid),
    parent: Number(parent),
    line: read("cmdline").replaceAll("\0", " "),
    environment: read("environ"),
  };
}

/** The processes whose command line or environment names the folder. */
export function processesIn(folder: string): RunningProcess[] {
  return runningProcesses().filter(({ line, environment }) => line.includes(folder) || environment.includes(folder));
}

/** What the scripts of installs have left running on the gateway whose GWE_ROOT this is. */
export function scriptProcessesOf(root: string): RunningProcess[] {
  return runningProcesses().filter(
    ({ environment }) => environment.includes(`GWE_ROOT=${root}\0`) && environment.includes("GWE_INSTALL_ID="),
  );
}

/** Ends at once whatever still runs in the folder. */
export function endProcessesIn(folder: string): void {
  for (const { pid } of processesIn(folder)) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It ended by itself.
    }
  }
}
