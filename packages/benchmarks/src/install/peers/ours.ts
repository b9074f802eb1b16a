import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { gatewayPaths } from "@gateway-engine/core/paths";
import { runCommand } from "../../machine/command.ts";
import { launcherOf } from "../../machine/repository.ts";
import { startServer } from "../../machine/server-process.ts";
import { until } from "../../machine/until.ts";
import { makeGateway, startEngine } from "../gateway.ts";
import type { Content, InstallPeer, RunningInstaller, Setting } from "../peer.ts";

/** The engine of this repository with its supervisor, ordered to install by the server. */
export const ours: InstallPeer = {
  name: "gwe",
  prepare: async () => ({
    kind: "available",
    version: `gwe ${(await runCommand(launcherOf("gwe"), ["-v"])).trim()} of this repository`,
  }),
  start: startGateway,
};

async function startGateway({ folder, fleet }: Setting): Promise<RunningInstaller> {
  const setting = { folder, serial: "gwe", server: fleet.url };
  await fleet.admit(setting.serial);
  makeGateway(setting);
  const { supervisorSocket, downloadsDir } = gatewayPaths(folder);
  const supervisorFolder = join(folder, "supervisord");
  mkdirSync(supervisorFolder);
  const env = { GWE_ROOT: folder, GWE_NODE: process.execPath };
  const supervisord = await startServer(
    { file: launcherOf("supervisord"), args: ["-n"], env, folder: supervisorFolder },
    () => existsSync(supervisorSocket),
  );
  const engine = await startEngine(setting);
  return {
    pid: engine.pid,
    install: async ({ name, sha256 }: Content) => {
      const begun = performance.now();
      await fleet.write(setting.serial, "engine_fetch", JSON.stringify({ install: [{ name, sha256 }] }));
      await until(`${name} is installed`, () => hasEnded(engine.said(), name));
      const seconds = (performance.now() - begun) / 1000;
      await until("the engine has tidied up", () => readdirSync(downloadsDir).length === 0);
      return { seconds, overLayers: engine.said().includes(`${name}: applying`) };
    },
    stop: async () => {
      await engine.end();
      await supervisord.end();
    },
  };
}

/** @throws Error with its reason when it failed */
function hasEnded(said: string, name: string): boolean {
  const failed = said.split("\n").find((line) => line.includes(`${name}: failed`) || line.includes(`${name}: rolled`));
  if (failed !== undefined) throw new Error(failed);
  return said.includes(`${name}: committed`);
}
