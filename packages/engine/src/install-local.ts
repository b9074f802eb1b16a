/** Installs package files from the command line: by the running engine, or, when none runs, by the same code in this process. */
import { basename, resolve } from "node:path";
import { GatewayEngineError } from "@gateway-engine/core/errors";
import type { LogLevel } from "@gateway-engine/core/logger";
import { gatewayPaths } from "@gateway-engine/core/paths";
import { systemClock } from "@gateway-engine/platform/clock";
import { createHttpClient } from "@gateway-engine/platform/http-client";
import type { InstallProgress } from "@gateway-engine/protocol/local-control";
import { createControlClient } from "./control/control-client.ts";
import { toTheEnd } from "./control/to-the-end.ts";
import type { Environment } from "./environment.ts";
import { installLocally } from "./install/local-install.ts";
import { openLocalWorker } from "./local-worker.ts";
import { openWorkshop } from "./workshop.ts";

export interface InstallPackagesOptions {
  readonly environment: Environment;
  /** Package files; relative paths are taken from `folder`. */
  readonly packages: readonly string[];
  /** The current folder. */
  readonly folder: string;
  readonly debugLevel?: LogLevel | undefined;
  readonly signal: AbortSignal;
  /** Takes the lines of the log, when this process does the work. */
  readonly write: (text: string) => void;
  readonly onProgress: (progress: InstallProgress) => void;
}

/**
 * Installs the packages in order; a package that fails does not keep the next from being tried.
 *
 * @returns whether all were installed; why one was not is in its `done`
 * @throws StorageError E_LOCKED when an engine holds the gateway but does not answer
 */
export async function installPackages(options: InstallPackagesOptions): Promise<boolean> {
  const packages = options.packages.map((path) => resolve(options.folder, path));
  let isGood = true;
  const onProgress = (progress: InstallProgress) => {
    if (progress.kind === "done") isGood &&= progress.ok;
    options.onProgress(progress);
  };
  if (!(await installByEngine(options, packages, onProgress))) await installHere(options, packages, onProgress);
  return isGood;
}

type OnProgress = (progress: InstallProgress) => void;

/** @returns whether an engine runs, and so has done it */
async function installByEngine(
  { environment, signal }: InstallPackagesOptions,
  packages: readonly string[],
  onProgress: OnProgress,
): Promise<boolean> {
  const http = createHttpClient();
  const socketPath = gatewayPaths(environment["GWE_ROOT"]).gweSocket;
  const engine = createControlClient({ http, socketPath });
  try {
    const steps = await engine.install(packages, signal).catch(ignoreUnreachable);
    if (steps === undefined) return false;
    const titles = packages.map((path) => basename(path));
    const orders = { steps, titles, engine, clock: systemClock, signal };
    for await (const progress of toTheEnd(orders)) onProgress(progress);
    return true;
  } finally {
    http.close();
  }
}

function ignoreUnreachable(error: unknown): undefined {
  if (!(error instanceof GatewayEngineError && error.code === "E_UNREACHABLE")) throw error;
}

async function installHere(
  options: InstallPackagesOptions,
  packages: readonly string[],
  onProgress: OnProgress,
): Promise<void> {
  const { signal } = options;
  const workshop = await openWorkshop(options);
  try {
    const local = openLocalWorker(workshop, signal);
    const ordered = installLocally(local, packages, onProgress);
    await local.working();
    await ordered;
  } finally {
    workshop.close();
  }
}
