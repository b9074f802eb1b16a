/** In which order processes are stopped. */
import type { StopOrder } from "../config/extras.ts";

interface Prioritized {
  readonly config: { readonly priority: number };
}

interface PrioritizedGroup<Process extends Prioritized> extends Prioritized {
  /** In ascending order. */
  byPriority(): readonly Process[];
}

/**
 * The processes of a batch are stopped together; each batch when the one before has ended.
 *
 * @param groups in ascending order of priority
 * @param occasion the daemon's end, or somebody's wish
 */
export function stopBatches<Process extends Prioritized>(
  groups: readonly PrioritizedGroup<Process>[],
  order: StopOrder,
  occasion: "shutdown" | "request",
): readonly (readonly Process[])[] {
  if (order === "reverse") return descendingBatches(groups);
  if (order === "original" && occasion === "shutdown") {
    return groups.toReversed().map((group) => group.byPriority().toReversed());
  }
  return [groups.flatMap((group) => group.byPriority())];
}

/** Those of the same priority of the same priority of groups are one batch. */
function descendingBatches<Process extends Prioritized>(
  groups: readonly PrioritizedGroup<Process>[],
): readonly (readonly Process[])[] {
  const ranked = groups
    .flatMap((group) => group.byPriority().map((process) => ({ process, group: group.config.priority })))
    .sort((one, other) => other.group - one.group || other.process.config.priority - one.process.config.priority);
  const batches = new Map<string, Process[]>();
  for (const { process, group } of ranked) {
    const rank = `${group} ${process.config.priority}`;
    batches.set(rank, [...(batches.get(rank) ?? []), process]);
  }
  return [...batches.values()];
}
