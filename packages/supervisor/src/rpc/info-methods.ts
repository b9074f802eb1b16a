/** Questions about processes. */
import type { Clock } from "@gateway-engine/core/clock";
import type { DaemonState } from "../daemon/daemon-state.ts";
import type { Supervisor } from "../supervisor.ts";
import type { XmlRpcStruct } from "../xmlrpc/value.ts";
import { allProcesses, findProcess } from "./lookup.ts";
import { NAME, type RpcMethods } from "./method.ts";
import { configInfo, processInfo } from "./process-info.ts";

export interface InfoMethodsDeps {
  readonly supervisor: Supervisor;
  readonly state: DaemonState;
  readonly clock: Clock;
}

export function infoMethods({ supervisor, state, clock }: InfoMethodsDeps): RpcMethods {
  return {
    "supervisor.getProcessInfo": {
      help: "Return a struct about a process.",
      params: [NAME],
      returns: "struct",
      call: (args) => processInfo(findProcess(supervisor, args.text("name")), clock.now()),
    },
    "supervisor.getAllProcessInfo": {
      help: "Return structs about all processes, sorted by group and name.",
      params: [],
      returns: "array",
      call: () => {
        const now = clock.now();
        const infos = allProcesses(supervisor).map((process) => processInfo(process, now));
        return infos.sort((one, other) => compareBy(["group", "name"], one, other));
      },
    },
    "supervisor.getAllConfigInfo": {
      help: "Return structs about all configured processes, sorted by name.",
      params: [],
      returns: "array",
      call: () => {
        const infos = state.config.groups.flatMap((group) =>
          group.processes.map((process) => configInfo(group, process, supervisor.group(group.name) !== undefined)),
        );
        return infos.sort((one, other) => compareBy(["name"], one, other));
      },
    },
  };
}

function compareBy(keys: readonly string[], one: XmlRpcStruct, other: XmlRpcStruct): number {
  for (const key of keys) {
    const [left, right] = [String(one[key]), String(other[key])];
    if (left !== right) return left < right ? -1 : 1;
  }
  return 0;
}
