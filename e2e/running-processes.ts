import { readdirSync, readFileSync } from "node:fs";

export interface RunningProcess {
  readonly pid: number;
  /** Its command line. */
  readonly line: string;
  /** `NAME=value` pairs, each ended by a zero byte. */
  readonly environment: string;
}

/** Every process of this machine that this user may look at. */
export function runningProcesses(): RunningProcess[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const line = readFileSync(`/proc/${name}/cmdline`, "utf8").replaceAll("\0", " ");
        return [{ pid: Number(name), line, environment: readFileSync(`/proc/${name}/environ`, "utf8") }];
      } catch {
        return []; // It ended while we looked.
      }
    });
}

/** The processes whose command line or environment names the folder. */
export function processesIn(folder: string): RunningProcess[] {
  return runningProcesses().filter(({ line, environment }) => line.includes(folder) || environment.includes(folder));
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
