/** Names of processes as people write them: `name`, `group:name`, `group:*` and `group:`. */
import type { ProcessGroup } from "../groups/process-group.ts";
import type { ManagedProcess } from "../process/managed-process.ts";
import type { Supervisor } from "../supervisor.ts";
import { RpcFault } from "./fault.ts";

export type Found =
  | { readonly kind: "process"; readonly process: ManagedProcess }
  | { readonly kind: "group"; readonly group: ProcessGroup };

/** @throws RpcFault BAD_NAME */
export function find(supervisor: Supervisor, namespec: string): Found {
  const colon = namespec.indexOf(":");
  const [groupName, processName] =
    colon === -1 ? [namespec, namespec] : [namespec.slice(0, colon), namespec.slice(colon + 1)];
  const group = supervisor.group(groupName);
  if (group === undefined) throw new RpcFault("BAD_NAME", namespec);
  if (processName === "" || processName === "*") return { kind: "group", group };
  const process = group.processes.get(processName);
  if (process === undefined) throw new RpcFault("BAD_NAME", namespec);
  return { kind: "process", process };
}

/** @throws RpcFault BAD_NAME, also for a whole group */
export function findProcess(supervisor: Supervisor, namespec: string): ManagedProcess {
  const found = find(supervisor, namespec);
  if (found.kind === "group") throw new RpcFault("BAD_NAME", namespec);
  return found.process;
}

/** @throws RpcFault BAD_NAME */
export function findGroup(supervisor: Supervisor, name: string): ProcessGroup {
  const group = supervisor.group(name);
  if (group === undefined) throw new RpcFault("BAD_NAME", name);
  return group;
}

/** Every process in ascending order of priority, group by group. */
export function allProcesses(supervisor: Supervisor): readonly ManagedProcess[] {
  return supervisor.groups().flatMap((group) => group.byPriority());
}

/** `name` when the group is called the same, else `group:name`. */
export function namespecOf({ config: { group, name } }: ManagedProcess): string {
  return group === name ? name : `${group}:${name}`;
}
