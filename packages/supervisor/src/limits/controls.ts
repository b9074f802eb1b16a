/** What limits mean: for the kernel's control groups, and for the shell that becomes the program. */
import type { ResourceLimits } from "../config/extras.ts";

export interface Control {
  /** The option that wants it. */
  readonly option: string;
  readonly controller: "memory" | "cpu" | "pids";
  /** File of the control group, and what is written into it. */
  readonly file: string;
  readonly value: string;
}

export function controlsOf({ memoryMaxBytes, cpuMax, pidsMax }: ResourceLimits): readonly Control[] {
  const controls: Control[] = [];
  if (memoryMaxBytes !== undefined) {
    const memory = { option: "memory_max", controller: "memory" } as const;
    controls.push({ ...memory, file: "memory.max", value: String(memoryMaxBytes) });
    // All of it or nothing: a program of which one process is missing is of no use to anybody.
    controls.push({ ...memory, file: "memory.oom.group", value: "1" });
  }
  if (cpuMax !== undefined) {
    const quota = Math.round(cpuMax * CPU_PERIOD_US);
    controls.push({ option: "cpu_max", controller: "cpu", file: "cpu.max", value: `${quota} ${CPU_PERIOD_US}` });
  }
  if (pidsMax !== undefined) {
    controls.push({ option: "pids_max", controller: "pids", file: "pids.max", value: String(pidsMax) });
  }
  return controls;
}

/** Commands of a POSIX shell. Sizes of core files are counted in blocks of 512 bytes. */
export function ulimitsOf({ openFiles, coreBytes }: ResourceLimits): readonly string[] {
  return [
    ...(openFiles === undefined ? [] : [`ulimit -n ${openFiles}`]),
    ...(coreBytes === undefined ? [] : [`ulimit -c ${Math.ceil(coreBytes / 512)}`]),
  ];
}

/** Microseconds; the kernel's own default. */
const CPU_PERIOD_US = 100_000;
