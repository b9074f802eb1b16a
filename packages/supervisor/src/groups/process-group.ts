/** The processes of one `[group:x]`, or of one program that is in no group. */
import type { GroupConfig } from "../config/model.ts";
import type { ListenerPool } from "../listeners/listener-pool.ts";
import type { ManagedProcess } from "../process/managed-process.ts";
import { isStopped } from "../process/state.ts";

export class ProcessGroup {
  readonly config: GroupConfig;
  /** In the order in which they are started. */
  readonly processes: ReadonlyMap<string, ManagedProcess>;
  /** Tells its processes what happens, when they are event listeners. */
  readonly #pool: ListenerPool | undefined;

  constructor(config: GroupConfig, processes: readonly ManagedProcess[], pool?: ListenerPool) {
    this.config = config;
    this.#pool = pool;
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

  /** Resolves when what is done after the last run of each is done. */
  async settled(): Promise<void> {
    await Promise.all([...this.processes.values()].map((process) => process.settled()));
  }

  /** Watches over its processes no longer, and leaves them as they are. */
  letGo(): void {
    this.#pool?.close();
    for (const process of this.processes.values()) process.letGo();
  }

  /** For a group whose processes are all stopped. */
  remove(): void {
    this.#pool?.close();
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
