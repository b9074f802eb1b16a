/** Which companions a process has, by the options of ours that it is configured with. Most have none. */
import { DependencyWait } from "./dependencies/dependency-wait.ts";
import { type EssentialDeps, endTogetherWith } from "./essential/essential.ts";
import type { ActiveGroups } from "./groups/active-groups.ts";
import { RunHooks, type RunHooksDeps } from "./hooks/run-hooks.ts";
import { Leftovers, type LeftoversDeps } from "./leftovers/leftovers.ts";
import { ProbeWatch, type ProbeWatchDeps } from "./probes/probe-watch.ts";
import type { ManagedProcess } from "./process/managed-process.ts";
import type { RunCompanion } from "./process/run-companion.ts";

export interface CompanionDeps extends LeftoversDeps, ProbeWatchDeps, RunHooksDeps, EssentialDeps {
  readonly groups: ActiveGroups;
}

/** In the order in which they admit a run. */
export function companionsOf(process: ManagedProcess, deps: CompanionDeps): readonly RunCompanion[] {
  const { dependsOn, essential, health, hooks, killLeftovers, readiness } = process.config.extras;
  const isHooked = hooks.preStart !== undefined || hooks.postStop !== undefined;
  const isProbed = readiness !== undefined || health !== undefined;
  if (essential) endTogetherWith(process, deps);
  return [
    ...(killLeftovers ? [new Leftovers(process, deps)] : []),
    ...(dependsOn.length > 0 ? [new DependencyWait(dependsOn, deps.groups)] : []),
    ...(isHooked ? [new RunHooks(process, deps)] : []),
    ...(isProbed ? [new ProbeWatch(process, deps)] : []),
  ];
}
