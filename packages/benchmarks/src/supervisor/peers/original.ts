import { existsSync } from "node:fs";
import { runCommand } from "../../machine/command.ts";
import type { SupervisorPeer } from "../peer.ts";
import { startSupervisord } from "./supervisord-peer.ts";

const PROGRAMS = { supervisord: "/usr/bin/supervisord", supervisorctl: "/usr/bin/supervisorctl" };

/** The original, as Debian packages it. */
export const original: SupervisorPeer = {
  name: "supervisord",
  prepare: async () =>
    existsSync(PROGRAMS.supervisord)
      ? {
          kind: "available",
          version: `supervisord ${(await runCommand(PROGRAMS.supervisord, ["-v"])).trim()} of Debian`,
        }
      : { kind: "missing", reason: "no /usr/bin/supervisord: apt install supervisor" },
  start: (workload, setting) => startSupervisord(PROGRAMS, workload, setting),
};
