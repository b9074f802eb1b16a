/**
 * Makes the worker of orders, and loads what carries them out when there is one: a gateway has nothing to install for weeks, and
 * an installer in memory would be a fifth of its engine.
 */
import { systemClock } from "@gateway-engine/platform/clock";
import { nodeFiles } from "@gateway-engine/platform/files";
import { systemRandom } from "@gateway-engine/platform/random";
import type { Installer, InstallerOptions } from "./compose-installer.ts";
import { hasLeftovers } from "./install/leftovers.ts";
import { InstallWorker } from "./install/worker.ts";

export interface OrderWork {
  readonly worker: InstallWorker;
  /** Removes what installs left behind that ended just before the engine did. */
  readonly sweep: () => Promise<void>;
}

export function composeOrderWork(options: InstallerOptions): OrderWork {
  const { journal, paths, settings, log } = options.workshop;
  let installer: Promise<Installer> | undefined;
  const load = () => {
    installer ??= import("./compose-installer.ts").then(({ composeInstaller }) => composeInstaller(options));
    return installer;
  };
  const ports = { clock: systemClock, random: systemRandom };
  return {
    worker: new InstallWorker({ ...ports, journal, runners: load, log: log.named("install") }),
    sweep: async () => {
      const { keptReleases } = await settings.engine.read();
      if (await hasLeftovers({ files: nodeFiles, paths, journal }, keptReleases)) await (await load()).sweep();
    },
  };
}
