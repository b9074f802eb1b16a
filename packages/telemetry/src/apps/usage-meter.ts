import type { ProcFolder } from "@gateway-engine/core/proc-folder";
import { familiesOf } from "./families.ts";
import { memoryOf } from "./process-memory.ts";
import { readProcesses, TICKS_PER_SECOND } from "./process-stat.ts";

/** What a program uses, with all that it has started. */
export interface ProgramUsage {
  /** Since it was started. */
  readonly cpuSeconds: number;
  /** Of one processor, since the mark, or since it was started when that was later; undefined when no time has passed. */
  readonly cpuPercent: number | undefined;
  /** Bytes. */
  readonly memory: number;
}

/** The processor time of a program at one moment. */
export interface CpuSample {
  /** When the program was started, in ticks after the start of the machine. */
  readonly startTicks: number;
  readonly cpuTicks: number;
  /** Seconds after the start of the machine. */
  readonly at: number;
}

/** Measures programs against the time when they were last marked. Looks through `/proc` once a call, and never in between. */
export class UsageMeter {
  readonly #proc: ProcFolder;
  #marks: ReadonlyMap<number, CpuSample> = new Map();

  constructor(proc: ProcFolder) {
    this.#proc = proc;
  }

  /** @param pids of the programs' own processes @returns by these; without those that have ended */
  measure(pids: readonly number[]): ReadonlyMap<number, ProgramUsage> {
    return this.#measure(pids).usages;
  }

  /** The same; the next measurement begins here. */
  measureAndMark(pids: readonly number[]): ReadonlyMap<number, ProgramUsage> {
    const { usages, samples } = this.#measure(pids);
    this.#marks = samples;
    return usages;
  }

  #measure(pids: readonly number[]) {
    const usages = new Map<number, ProgramUsage>();
    const samples = new Map<number, CpuSample>();
    const at = Number.parseFloat(this.#proc.read("uptime") ?? "");
    for (const [pid, family] of familiesOf(readProcesses(this.#proc), new Set(pids))) {
      const startTicks = family.find((process) => process.pid === pid)?.startTicks ?? 0;
      const cpuTicks = family.reduce((sum, process) => sum + process.cpuTicks, 0);
      const sample = { startTicks, cpuTicks, at };
      samples.set(pid, sample);
      usages.set(pid, {
        cpuSeconds: cpuTicks / TICKS_PER_SECOND,
        cpuPercent: cpuPercent(sample, this.#marks.get(pid)),
        memory: family.reduce((sum, process) => sum + memoryOf(process.pid, this.#proc), 0),
      });
    }
    return { usages, samples };
  }
}

/**
 * To a tenth. A mark of another life of the program does not count.
 *
 * @returns undefined when no time has passed, or the machine does not tell it
 */
export function cpuPercent(now: CpuSample, mark: CpuSample | undefined): number | undefined {
  const born = { startTicks: now.startTicks, cpuTicks: 0, at: now.startTicks / TICKS_PER_SECOND };
  const from = mark?.startTicks === now.startTicks ? mark : born;
  const seconds = now.at - from.at;
  if (!(seconds > 0)) return undefined;
  // What a process has used that ended unseen, is missing in the later sum.
  const used = Math.max(0, now.cpuTicks - from.cpuTicks) / TICKS_PER_SECOND;
  return Math.round((1000 * used) / seconds) / 10;
}
