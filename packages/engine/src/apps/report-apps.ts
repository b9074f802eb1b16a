import { VERSION } from "@gateway-engine/core/version";
import type { EngineReport } from "@gateway-engine/protocol/reports";
import { engineReport } from "@gateway-engine/telemetry/apps/engine-report";
import type { UsageMeter } from "@gateway-engine/telemetry/apps/usage-meter";
import { withOwnParts } from "../components/own-parts.ts";
import type { VersionTable } from "../install/version-table.ts";
import type { Journal } from "../journal/journal.ts";
import { ProgramList, type ProgramListDeps } from "./program-list.ts";

export interface AppReporterDeps extends ProgramListDeps {
  readonly versions: Pick<VersionTable, "apps">;
  readonly journal: Pick<Journal, "committedAt">;
  readonly meter: Pick<UsageMeter, "measureAndMark">;
  /** Asks the running queue; undefined when none answers. */
  readonly queueVersion: (signal: AbortSignal) => Promise<string | undefined>;
  /** Seconds between two check-ins. */
  readonly interval: () => number;
}

/** Makes the alias `engine_report`; what the programs use is measured from one report to the next. */
export function appReporter(deps: AppReporterDeps): (signal: AbortSignal) => Promise<EngineReport> {
  const { versions, journal, meter, queueVersion, interval } = deps;
  const programs = new ProgramList(deps);
  return async (signal) => {
    const { processes, restarts } = await programs.read(signal);
    const groups = processes.map(({ group }) => group);
    return engineReport({
      processes,
      restarts,
      installed: await withOwnParts(await versions.apps(), groups, () => queueVersion(signal)),
      usages: meter.measureAndMark(processes.map(({ pid }) => pid).filter((pid) => pid !== 0)),
      committedAt: (app) => journal.committedAt(app),
      build: VERSION,
      interval: interval(),
    });
  };
}
