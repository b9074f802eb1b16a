/** The groups that are looked after at present. */
import type { ManagedProcess } from "../process/managed-process.ts";
import { compareByPriority, type ProcessGroup } from "./process-group.ts";

export class ActiveGroups {
  readonly #groups = new Map<string, ProcessGroup>();
  readonly #listeners = new Set<() => void>();

  /** In ascending order of (priority, name). */
  list(): readonly ProcessGroup[] {
    return [...this.#groups.values()].sort((one, other) => compareByPriority(one.config, other.config));
  }

  get(name: string): ProcessGroup | undefined {
    return this.#groups.get(name);
  }

  *processes(): Generator<ManagedProcess> {
    for (const group of this.#groups.values()) yield* group.processes.values();
  }

  add(group: ProcessGroup): void {
    this.#groups.set(group.name, group);
    this.#changed();
  }

  remove(name: string): void {
    this.#groups.delete(name);
    this.#changed();
  }

  /** Calls `listener` whenever a group comes or goes. @returns how to end that */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #changed(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}
