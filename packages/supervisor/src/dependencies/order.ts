/** In which order many are stopped or started: by priority, but nothing stops before, or starts after, what depends on it. */
import type { ProcessConfig } from "../config/model.ts";
import { dependsOn } from "./names.ts";

/** Anything with the configuration of a process. */
export interface Configured {
  readonly config: ProcessConfig;
}

/**
 * @param groups in the order in which they would be stopped without any dependencies, the members of each together
 * @returns those that are stopped together, wave after wave
 */
export function stopWaves<Process extends Configured>(
  groups: readonly (readonly Process[])[],
): readonly (readonly Process[])[] {
  const waves: (readonly Process[])[] = [];
  const all = groups.flat();
  const left = new Set(all);
  const dependentsOf = (process: Process) => [...left].filter((other) => dependsOn(other.config, process.config));
  const plan = (wanted: readonly Process[]): void => {
    for (let rest = wanted.filter((process) => left.has(process)); rest.length > 0; ) {
      const free = rest.filter((process) => dependentsOf(process).length === 0);
      // A circle cannot be configured; one that several configurations made together must still end.
      const wave = free.length > 0 ? free : rest;
      for (const process of wave) left.delete(process);
      waves.push(wave);
      rest = rest.filter((process) => left.has(process));
    }
  };
  for (const group of groups) {
    plan(withDependents(group, [...left]));
  }
  return waves;
}

/** @returns those that others of them depend on first, else in the order given */
export function startOrder<Process extends Configured>(processes: readonly Process[]): readonly Process[] {
  return stopWaves([processes]).toReversed().flat();
}

/** The processes, and all that depend on them, also over others. */
function withDependents<Process extends Configured>(
  processes: readonly Process[],
  all: readonly Process[],
): readonly Process[] {
  const found = new Set(processes);
  for (const process of found) {
    for (const other of all) if (dependsOn(other.config, process.config)) found.add(other);
  }
  return all.filter((process) => found.has(process));
}
