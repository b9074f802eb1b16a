import type { SupervisedProcess } from "../engine-report.ts";
import { family, type Labels, type MetricFamily, single } from "./family.ts";

/** @param processes undefined: no supervisor answers */
export function programMetrics(processes: readonly SupervisedProcess[] | undefined): readonly MetricFamily[] {
  const up = single("gauge", "gwe_supervisor_up", "Whether the supervisor answers.", processes === undefined ? 0 : 1);
  if (processes === undefined) return [up];
  const gauge = (name: string, help: string, value: (process: SupervisedProcess) => number | undefined) =>
    family(
      "gauge",
      `gwe_program_${name}`,
      help,
      processes.map((process) => [labelsOf(process), value(process)]),
    );
  return [
    up,
    gauge("up", "Whether the supervisor has the program RUNNING.", (process) => (isUp(process) ? 1 : 0)),
    gauge("start_time_seconds", "When the running program was started, in unixtime.", (process) =>
      isUp(process) ? process.start : undefined,
    ),
    family(
      "gauge",
      "gwe_program_state",
      "The supervisor's state of the program; 1 for the one that it is in.",
      processes.map((process) => [{ ...labelsOf(process), state: process.statename }, 1]),
    ),
  ];
}

function isUp({ statename }: SupervisedProcess): boolean {
  return statename === "RUNNING";
}

function labelsOf({ group, name }: SupervisedProcess): Labels {
  return { application: group, program: name };
}
