/** supervisorctl's `update`: make the running groups those of the configuration. */

import type { ConfigChanges, ProcessOutcome } from "./answers.ts";
import { FAULTS } from "./faults.ts";

/** What `update` needs of a supervisor. */
export interface UpdatePort {
  reloadConfig(signal: AbortSignal): Promise<ConfigChanges>;
  stopProcessGroup(group: string, signal: AbortSignal): Promise<readonly ProcessOutcome[]>;
  removeProcessGroup(group: string, signal: AbortSignal): Promise<void>;
  addProcessGroup(group: string, signal: AbortSignal): Promise<void>;
  /** @returns false when this supervisor, or this group, can only stop, remove and add it whole */
  updateProcessGroup?(group: string, signal: AbortSignal): Promise<boolean>;
}

/** One thing that was done to a group, in the order in which it happened. */
export interface UpdateStep {
  readonly group: string;
  readonly did: "stopped" | "removed" | "updated" | "added" | "not-removed";
}

/**
 * Carries out the changes, one group after the other: first the removed ones, then the changed, then the added.
 * A group that could not be stopped is not removed, and the others go on.
 *
 * @param names only these groups; all of them when it is empty
 * @param report called after each step
 */
export async function applyChanges(
  port: Omit<UpdatePort, "reloadConfig">,
  changes: ConfigChanges,
  report: (step: UpdateStep) => void,
  { names, signal }: { readonly names: ReadonlySet<string>; readonly signal: AbortSignal },
): Promise<void> {
  const wanted = (groups: readonly string[]) => groups.filter((group) => names.size === 0 || names.has(group));
  for (const group of wanted(changes.removed)) {
    const outcomes = await port.stopProcessGroup(group, signal);
    report({ group, did: "stopped" });
    if (outcomes.some((outcome) => outcome.status === FAULTS.FAILED)) {
      report({ group, did: "not-removed" });
      continue;
    }
    await port.removeProcessGroup(group, signal);
    report({ group, did: "removed" });
  }
  for (const group of wanted(changes.changed)) {
    if ((await port.updateProcessGroup?.(group, signal)) === true) {
      report({ group, did: "updated" });
      continue;
    }
    await port.stopProcessGroup(group, signal);
    report({ group, did: "stopped" });
    await port.removeProcessGroup(group, signal);
    await port.addProcessGroup(group, signal);
    report({ group, did: "updated" });
  }
  for (const group of wanted(changes.added)) {
    await port.addProcessGroup(group, signal);
    report({ group, did: "added" });
  }
}
