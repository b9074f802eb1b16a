/** What Node itself costs: a program of a few lines that starts children and starts them again, and does nothing else. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { endFamily } from "../../machine/end-family.ts";
import type { RunningPeer, Setting, SupervisorPeer, Workload } from "../peer.ts";

export const bareNode: SupervisorPeer = {
  name: "bare Node",
  prepare: async () => ({ kind: "available", version: `Node ${process.versions.node} with a script that respawns` }),
  start,
};

const PROGRAM = join(import.meta.dirname, "../../bare-node-main.js");

async function start({ command, programs }: Workload, { node }: Setting): Promise<RunningPeer> {
  const daemon = spawn(node, [PROGRAM, String(programs), ...command], { stdio: ["ignore", "pipe", "inherit"] });
  await once(daemon.stdout, "data");
  const { pid } = daemon;
  if (pid === undefined) throw new Error("Node did not start");
  return {
    pid,
    operations: {},
    logFile: undefined,
    configure: () => {},
    stop: () => endFamily(pid),
  };
}
