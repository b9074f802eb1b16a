/** How often programs were started; the original's interface has no call for it. */
import type { Supervisor } from "../supervisor.ts";
import { allProcesses, namespecOf } from "./lookup.ts";
import type { RpcMethods } from "./method.ts";

export function countMethods(supervisor: Supervisor): RpcMethods {
  return {
    "gateway.getStartCounts": {
      help: "Return how often each process was started since the daemon began.",
      params: [],
      returns: "struct",
      call: () =>
        Object.fromEntries(allProcesses(supervisor).map((process) => [namespecOf(process), process.history.starts])),
    },
  };
}
