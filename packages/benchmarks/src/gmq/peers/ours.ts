import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { gatewayPaths } from "@gateway-engine/core/paths";
import { runCommand } from "../../machine/command.ts";
import { launcherOf } from "../../machine/repository.ts";
import { startServer } from "../../machine/server-process.ts";
import type { QueuePeer, RunningQueue, Setting } from "../peer.ts";

/** The gmq of this repository, as its launcher starts it, with no server to forward to: like the others it stores, and that is all. */
export const ours: QueuePeer = {
  name: "gmq",
  protocol: "http",
  prepare: async () => ({
    kind: "available",
    version: `gmq ${(await runCommand(launcherOf("gmq"), ["-v"])).trim()} of this repository`,
  }),
  start: (setting) => startGmq(setting),
};

/** The discard service, which nobody runs: each connection is refused. */
const NO_SERVER = "http://127.0.0.1:9";

export async function startGmq({ folder, env }: Setting, config: string = CONFIG): Promise<RunningQueue> {
  const { gmqCfg } = gatewayPaths(folder);
  mkdirSync(dirname(gmqCfg), { recursive: true });
  writeFileSync(gmqCfg, config);
  const server = await startServer(
    {
      file: launcherOf("gmq"),
      args: [],
      env: { GWE_ROOT: folder, GWE_SERVER: NO_SERVER, GWE_NODE: process.execPath, ...env },
      folder,
    },
    (said) => PORT.test(said),
  );
  return { pid: server.pid, port: Number(PORT.exec(server.said())?.[1]), stop: server.end };
}

const CONFIG = "[server]\nlisten = 127.0.0.1:0\n\n[mqtt]\nlisten = off\n";
const PORT = /takes data at http:\/\/127\.0\.0\.1:(\d+)/;
