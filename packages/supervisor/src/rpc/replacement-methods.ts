/** What an update of supervisord itself needs; the original's interface has no call for it. */
import type { Supervisor } from "../supervisor.ts";
import { RpcFault } from "./fault.ts";
import type { RpcMethods } from "./method.ts";

export interface ReplacementMethodsDeps {
  readonly supervisor: Pick<Supervisor, "groups">;
  readonly version: string;
  /** Of this life of the daemon: no other has the same. */
  readonly life: string;
  /** Why it cannot be replaced now. */
  readonly problem: () => string | undefined;
  /** Begins it; resolves later than the answer is sent. */
  readonly replace: () => void;
}

export function replacementMethods(deps: ReplacementMethodsDeps): RpcMethods {
  const { supervisor, version, life, problem, replace } = deps;
  return {
    "gateway.getDaemon": {
      help: "Return the release of the daemon, an id of its life, why it cannot be replaced, and the pids that go on when it is.",
      params: [],
      returns: "struct",
      call: () => ({ version, life, problem: problem() ?? "", children: childrenThatGoOn(supervisor) }),
    },
    "gateway.replaceDaemon": {
      help: "Have the release of the daemon that is in force take its place, and leave every program alone.",
      params: [],
      returns: "boolean",
      call: () => {
        const found = problem();
        if (found !== undefined) throw new RpcFault("FAILED", found);
        replace();
        return true;
      },
    },
  };
}

/** Event listeners and FastCGI programs are started anew: what they are in the middle of is known only to this daemon. */
function childrenThatGoOn(supervisor: Pick<Supervisor, "groups">): Readonly<Record<string, number>> {
  const children: Record<string, number> = {};
  for (const group of supervisor.groups()) {
    if (group.config.role.kind !== "programs") continue;
    for (const { config, state } of group.processes.values()) {
      if (state.name === "RUNNING") children[`${config.group}:${config.name}`] = state.pid;
    }
  }
  return children;
}
