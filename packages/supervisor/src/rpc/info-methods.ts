/** Questions about processes. */
import type { Clock } from "@gateway-engine/core/clock";
import type { Sessions } from "@gateway-engine/core/sessions";
import type { DaemonState } from "../daemon/daemon-state.ts";
import type { ManagedProcess } from "../process/managed-process.ts";
import { pidOf } from "../process/state.ts";
import type { Supervisor } from "../supervisor.ts";
import type { XmlRpcStruct } from "../xmlrpc/value.ts";
import { extendedInfo } from "./extended-info.ts";
import { allProcesses, findProcess } from "./lookup.ts";
import { NAME, type RpcMethods } from "./method.ts";
import { configInfo, processInfo } from "./process-info.ts";

export interface InfoMethodsDeps {
  readonly supervisor: Supervisor;
  readonly state: DaemonState;
  readonly clock: Clock;
  readonly sessions: Sessions;
}

export function infoMethods(deps: InfoMethodsDeps): RpcMethods {
  const { supervisor, state } = deps;
  return {
    "supervisor.getProcessInfo": {
      help: "Return a struct about a process.",
      params: [NAME],
      returns: "struct",
      call: (args) => infosOf([findProcess(supervisor, args.text("name"))], deps)[0] ?? {},
    },
    "supervisor.getAllProcessInfo": {
      help: "Return structs about all processes, sorted by group and name.",
      params: [],
      returns: "array",
      call: () =>
        infosOf(
          allProcesses(supervisor).toSorted(({ config: one }, { config: other }) =>
            one.group === other.group ? compareText(one.name, other.name) : compareText(one.group, other.group),
          ),
          deps,
        ),
    },
    "supervisor.getAllConfigInfo": {
      help: "Return structs about all configured processes, sorted by name.",
      params: [],
      returns: "array",
      call: () =>
        state.config.groups
          .flatMap((group) => group.processes.map((process) => ({ group, process })))
          .toSorted((one, other) => compareText(one.process.name, other.process.name))
          .map(({ group, process }) => configInfo(group, process, supervisor.group(group.name))),
    },
  };
}

/** /proc is looked through once for all of them, and only where somebody wants to know. */
function infosOf(
  processes: readonly ManagedProcess[],
  { state, clock, sessions }: InfoMethodsDeps,
): readonly XmlRpcStruct[] {
  const now = clock.now();
  if (!state.config.daemon.extras.extendedStatus) return processes.map((process) => processInfo(process, now));
  const pids = processes.map((process) => pidOf(process.state)).filter((pid) => pid !== undefined);
  const usages = sessions.measure(new Set(pids));
  return processes.map((process) => ({
    ...processInfo(process, now),
    ...extendedInfo(process, usages.get(pidOf(process.state) ?? 0)),
  }));
}

function compareText(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
