import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { gatewayPaths } from "@gateway-engine/core/paths";
import { runCommand } from "../../machine/command.ts";
import { launcherOf } from "../../machine/repository.ts";
import { startServer } from "../../machine/server-process.ts";
import type { QueuePeer, RunningQueue, Setting } from "../peer.ts";

/** The gmq of this repository, as its launcher starts it, with no server to forward to: like the others it keeps, and that is all. */
export const ours: QueuePeer = {
  name: "gmq",
  protocol: "http",
  prepare: async () => ({
    kind: "available",
    version: `gmq ${(await runCommand(launcherOf("gmq"), ["-v"])).trim()} of this repository`,
  }),
  start: startGmq,
};

export interface GmqSetting extends Setting {
  readonly server?: string;
  /** Sections of gmq.cfg beside those that say where it listens. */
  readonly config?: string;
  /** The Node that it runs on. */
  readonly node?: string;
}

/** The discard service, which nobody runs: each connection is refused. */
const NO_SERVER = "http://127.0.0.1:9";
const MQTT_OFF = "[mqtt]\nlisten = off\n";
const PORT = /takes data at http:\/\/127\.0\.0\.1:(\d+)/;

export async function startGmq({
  folder,
  env,
  server = NO_SERVER,
  config = MQTT_OFF,
  node = process.execPath,
}: GmqSetting): Promise<RunningQueue> {
  const { gmqCfg } = gatewayPaths(folder);
  mkdirSync(dirname(gmqCfg), { recursive: true });
  writeFileSync(gmqCfg, `[server]\nlisten = 127.0.0.1:0\n\n${config}`);
  const gmq = await startServer(
    {
      file: launcherOf("gmq"),
      args: [],
      env: { GWE_ROOT: folder, GWE_SERVER: server, GWE_NODE: node, ...env },
      folder,
    },
    (said) => PORT.test(said),
  );
  return { pid: gmq.pid, port: Number(PORT.exec(gmq.said())?.at(1)), stop: gmq.end };
}
