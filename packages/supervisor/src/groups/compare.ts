/** What `reread` finds: which groups of a new configuration differ from those that are active. */
import { isDeepStrictEqual } from "node:util";
import type { GroupConfig, ProcessConfig } from "../config/model.ts";

export interface GroupChanges {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
}

export function compareGroups(fresh: readonly GroupConfig[], active: readonly GroupConfig[]): GroupChanges {
  const activeByName = new Map(active.map((group) => [group.name, group]));
  const freshNames = new Set(fresh.map((group) => group.name));
  const names = (groups: readonly GroupConfig[]) => groups.map((group) => group.name);
  return {
    added: names(fresh.filter((group) => !activeByName.has(group.name))),
    changed: names(
      fresh.filter((group) => {
        const current = activeByName.get(group.name);
        return current !== undefined && !isSameGroup(group, current);
      }),
    ),
    removed: names(active.filter((group) => !freshNames.has(group.name))),
  };
}

function isSameGroup(fresh: GroupConfig, active: GroupConfig): boolean {
  return (
    fresh.name === active.name &&
    fresh.priority === active.priority &&
    isDeepStrictEqual(fresh.role, active.role) &&
    fresh.processes.length === active.processes.length &&
    fresh.processes.every((process, index) => {
      const current = active.processes[index];
      return current !== undefined && isSameProcess(process, current);
    })
  );
}

/** Through JSON, so that a configuration that was written down counts as the same after it was read back. */
export function isSameProcess(one: ProcessConfig, other: ProcessConfig): boolean {
  return isDeepStrictEqual(comparable(one), comparable(other));
}

function comparable(config: ProcessConfig): unknown {
  const { stderr, ...rest } = config;
  return JSON.parse(JSON.stringify(config.redirectStderr ? rest : { ...rest, stderr })) as unknown;
}
