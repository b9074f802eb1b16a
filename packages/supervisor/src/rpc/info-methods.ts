/** Questions about processes. */
import type { Clock } from "@gateway-engine/core/clock";
import type { DaemonState } from "../daemon/daemon-state.ts";
import type { Supervisor } from "../supervisor.ts";
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
        return allProcesses(supervisor)
          .toSorted(({ config: one }, { config: other }) =>
            one.group === other.group ? compareText(one.name, other.name) : compareText(one.group, other.group),
          )
          .map((process) => processInfo(process, now));
      },
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

function compareText(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
