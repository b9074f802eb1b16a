/** Makes what replaces the engine's own parts, out of the machine's ports; loaded when there is a package that does. */
import type { Component } from "@gateway-engine/artifact/app-manifest";
import { InstallError } from "@gateway-engine/core/errors";
import type { HttpClient } from "@gateway-engine/core/http";
import type { GatewayPaths } from "@gateway-engine/core/paths";
import type { ProxyRules } from "@gateway-engine/core/proxy";
import { systemClock } from "@gateway-engine/platform/clock";
import { nodeFiles } from "@gateway-engine/platform/files";
import { nodeTcpDialer } from "@gateway-engine/platform/tcp";
import { createSupervisorClient } from "@gateway-engine/supervisor/client";
import { createControlClient } from "../control/control-client.ts";
import type { Environment } from "../environment.ts";
import { lastLogLines, type ProgramLogs } from "../install/probation/program-log.ts";
import type { ProgramSwitch } from "../install/program-switch.ts";
import { readManifest } from "../install/read-manifest.ts";
import type { ReleaseFolders } from "../install/release-folders.ts";
import type { CheckIn } from "../loop/engine-loop.ts";
import type { EngineConfigFile } from "../settings.ts";
import { askQueue } from "./ask-queue.ts";
import { ComponentLinks } from "./component-links.ts";
import { ComponentSteps, type Updates } from "./component-steps.ts";
import type { UpdateOrder } from "./component-update.ts";
import { EngineHealth } from "./engine-health.ts";
import { EngineUpdate } from "./engine-update.ts";
import { GmqUpdate } from "./gmq-update.ts";
import { lineProblem } from "./line-problem.ts";
import { SupervisorUpdate } from "./supervisor-update.ts";
import { trialTimes } from "./trial-times.ts";

/** The engine that is to be replaced, as far as its replacement has to know it. */
export interface ReplaceableEngine {
  readonly pid: number;
  readonly lastCheckIn: () => CheckIn | undefined;
  readonly hasCik: () => boolean;
  /** The server's address. */
  readonly server: () => string;
  /** Ends this process, so that it is started again. Rejects when `signal` aborts. */
  readonly startAgain: (signal: AbortSignal) => Promise<never>;
}

export interface ComponentsOptions {
  readonly environment: Environment;
  readonly paths: GatewayPaths;
  readonly http: HttpClient;
  readonly proxy: ProxyRules | undefined;
  readonly engineConfig: EngineConfigFile;
  readonly programs: ProgramSwitch;
  readonly logs: ProgramLogs;
  readonly folders: ReleaseFolders;
  readonly readJournal: () => void;
  readonly engine: ReplaceableEngine;
}

/** @throws InstallError E_COMPONENT when the engine does not run from a release whose launcher follows the links */
export function composeComponents(options: ComponentsOptions): ComponentSteps {
  const { environment, paths, http, engineConfig, programs, folders, engine } = options;
  const { GWE_RELEASE_LINK: releaseLink, GWE_RUNTIME_LINK: runtimeLink } = environment;
  if (releaseLink === undefined || runtimeLink === undefined) {
    const problem = "this engine was not started by the launcher of an installed release";
    throw new InstallError("E_COMPONENT", { component: "this part of the engine", problem });
  }
  const links = new ComponentLinks(nodeFiles, paths.componentsDir);
  const times = async ({ release }: UpdateOrder) =>
    trialTimes(await readManifest({ files: nodeFiles, folders }, release), (await engineConfig.read()).probation);
  const gmq = new GmqUpdate({
    links,
    times,
    clock: systemClock,
    programState: (signal) => programs.stateOf("gmq", signal),
    restart: (signal) => programs.restart("gmq", signal),
    askStatus: (signal) => askQueue(http, paths.gmqSocket, signal),
  });
  const health = new EngineHealth({
    ...engine,
    readJournal: options.readJournal,
    askStatus: (signal) => createControlClient({ http, socketPath: paths.gweSocket }).status(signal),
    lineProblem: (signal) => lineProblem({ server: engine.server(), proxy: options.proxy }, nodeTcpDialer, signal),
  });
  const ofEngine = { ...engine, links, times, health, clock: systemClock };
  const updates: Updates = {
    gwe: new EngineUpdate({
      ...ofEngine,
      component: "gwe",
      runningFrom: releaseLink,
      follow: async () => {},
    }),
    "gwe-runtime": new EngineUpdate({
      ...ofEngine,
      component: "gwe-runtime",
      runningFrom: runtimeLink,
      follow: (order, signal) => gmq.startAgain(order, signal),
    }),
    gmq,
    supervisor: new SupervisorUpdate({
      links,
      times,
      clock: systemClock,
      pid: engine.pid,
      supervisor: createSupervisorClient({
        http,
        socketPath: paths.supervisorSocket,
        timeoutMs: SUPERVISOR_TIMEOUT_MS,
      }),
    }),
  };
  // GWE_NODE goes before everything: another runtime would be in force and not run.
  const { GWE_NODE: ownRuntime = "" } = environment;
  return new ComponentSteps({
    links,
    folders,
    appsDir: paths.appsDir,
    updates: ownRuntime === "" ? updates : { ...updates, "gwe-runtime": undefined },
    lastLines: (component, signal) => lastLogLines(options.logs, LOGGING[component], signal),
  });
}

/** A supervisor that does not answer is asked again. */
const SUPERVISOR_TIMEOUT_MS = 5000;

/** The program, as the supervisor calls it, whose log tells why a component is not well. */
const LOGGING: Readonly<Record<Component, string>> = {
  gwe: "gwe:gwe",
  "gwe-runtime": "gwe:gwe",
  gmq: "gmq:gmq",
  supervisor: "gwe:gwe",
};
