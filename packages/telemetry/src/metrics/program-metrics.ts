import { family, type Labels, type MetricFamily, single } from "./family.ts";

/** One supervised program. */
export interface ProgramReading {
  readonly group: string;
  readonly name: string;
  /** `RUNNING`, `EXITED`, ... */
  readonly state: string;
  /** Seconds since 1970, of a program that runs. */
  readonly startedAt: number | undefined;
  readonly restarts: number | undefined;
  /** With all that it has started, since it was started. */
  readonly cpuSeconds: number | undefined;
  /** With all that it has started. */
  readonly memoryBytes: number | undefined;
}

/** @param programs undefined: no supervisor answers */
export function programMetrics(programs: readonly ProgramReading[] | undefined): readonly MetricFamily[] {
  const up = single("gauge", "gwe_supervisor_up", "Whether the supervisor answers.", programs === undefined ? 0 : 1);
  if (programs === undefined) return [up];
  const each = (
    type: "counter" | "gauge",
    name: string,
    help: string,
    value: (program: ProgramReading) => number | undefined,
  ) =>
    family(
      type,
      `gwe_program_${name}`,
      help,
      programs.map((program) => [labelsOf(program), value(program)]),
    );
  return [
    up,
    each("gauge", "up", "Whether the supervisor has the program RUNNING.", (one) => (one.state === "RUNNING" ? 1 : 0)),
    family(
      "gauge",
      "gwe_program_state",
      "The state that the supervisor has the program in; always 1.",
      programs.map((program) => [{ ...labelsOf(program), state: program.state }, 1]),
    ),
    each("gauge", "start_time_seconds", "When the running program was started, in unixtime.", (one) => one.startedAt),
    each("counter", "restarts_total", "How often the program was started again.", (one) => one.restarts),
    each(
      "counter",
      "cpu_seconds_total",
      "Processor time of the program and all it has started.",
      (one) => one.cpuSeconds,
    ),
    each("gauge", "memory_bytes", "Memory of the program and all it has started.", (one) => one.memoryBytes),
  ];
}

function labelsOf({ group, name }: ProgramReading): Labels {
  return { application: group, program: name };
}
