import { runCommand } from "../../machine/command.ts";
import { launcherOf } from "../../machine/repository.ts";
import type { SupervisorPeer } from "../peer.ts";
import { startSupervisord } from "./supervisord-peer.ts";

/** The supervisord of this repository, as its launcher starts it. */
export const ours: SupervisorPeer = {
  name: "ours",
  prepare: async () => ({
    kind: "available",
    version: `supervisord ${(await runCommand(launcherOf("supervisord"), ["-v"])).trim()} of this repository`,
  }),
  start: (workload, setting) =>
    startSupervisord(
      {
        supervisord: launcherOf("supervisord"),
        supervisorctl: launcherOf("supervisorctl"),
        env: { GWE_NODE: setting.node },
      },
      workload,
      setting,
    ),
};
