/** What a changed group keeps of its processes when it is updated in place. */
import type { GroupConfig, ProcessConfig } from "../config/model.ts";
import { isSameProcess } from "./compare.ts";

export interface UpdatePlan {
  /** Names of processes that go on as they are. */
  readonly kept: readonly string[];
  /** Names of processes that end: gone, or started again with what is configured now. */
  readonly stopped: readonly string[];
}

/** @returns undefined for a group whose processes share more than a name: it can only be replaced whole */
export function planUpdate(active: GroupConfig, fresh: GroupConfig): UpdatePlan | undefined {
  if (active.role.kind !== "programs" || fresh.role.kind !== "programs") return undefined;
  const before = new Map(active.processes.map((process) => [process.name, process]));
  const isKept = (process: ProcessConfig) => {
    const current = before.get(process.name);
    return current !== undefined && isSameProcess(process, current);
  };
  const kept = fresh.processes.filter(isKept).map(({ name }) => name);
  return {
    kept,
    stopped: [...before.keys()].filter((name) => !kept.includes(name)),
  };
}
