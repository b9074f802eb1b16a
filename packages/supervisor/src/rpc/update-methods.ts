/** With `update_in_place`: what the original's interface has no call for. */
import type { Supervisor } from "../supervisor.ts";
import { RpcFault } from "./fault.ts";
import { GROUP_NAME, type RpcMethods } from "./method.ts";

export function updateMethods(supervisor: Supervisor): RpcMethods {
  return {
    "supervisor.updateProcessGroup": {
      help: "Bring a changed group into effect and leave its unchanged processes alone; false when it can only be replaced whole.",
      params: [GROUP_NAME],
      returns: "boolean",
      call: async (args) => {
        const name = args.text("name");
        const updated = await supervisor.updateGroup(name);
        if (updated.ok) return true;
        if (updated.problem === "only-whole") return false;
        throw new RpcFault(updated.problem === "unknown" ? "BAD_NAME" : "STILL_RUNNING", name);
      },
    },
  };
}
