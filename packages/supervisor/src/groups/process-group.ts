/** The processes of one `[group:x]`, or of one program that is in no group. */
import type { GroupConfig } from "../config/model.ts";
import type { ManagedProcess } from "../process/managed-process.ts";
import { isStopped } from "../process/state.ts";

export class ProcessGroup {
  readonly config: GroupConfig;
  /** In the order in which they are started. */
  readonly processes: ReadonlyMap<string, ManagedProcess>;

  constructor(config: GroupConfig, processes: readonly ManagedProcess[]) {
    this.config = config;
    this.processes = new Map(processes.map((process) => [process.config.name, process]));
  }

  get name(): string {
    return this.config.name;
  }

  /** In ascending order of priority; those of the same priority in the order of `programs=`. */
  byPriority(): readonly ManagedProcess[] {
    return [...this.processes.values()].sort((one, other) => one.config.priority - other.config.priority);
  }

  unstopped(): readonly ManagedProcess[] {
    return [...this.processes.values()].filter(({ state }) => !isStopped(state));
  }

  remove(): void {
    for (const process of this.processes.values()) process.remove();
  }
}

export function compareByPriority(
  one: { readonly priority: number; readonly name: string },
  other: { readonly priority: number; readonly name: string },
): number {
  if (one.priority !== other.priority) return one.priority - other.priority;
  return one.name < other.name ? -1 : Number(one.name > other.name);
}
