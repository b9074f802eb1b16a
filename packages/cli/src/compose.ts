/** Picks the machine's files, clock and processes for the actions of `gwe`, and loads of each only what it needs. */
import { join, resolve } from "node:path";
import { UsageError } from "@gateway-engine/core/errors";
import type { LogLevel } from "@gateway-engine/core/logger";
import { gatewayPaths } from "@gateway-engine/core/paths";
import { nodeFiles } from "@gateway-engine/platform/files";
import type { BuildAppDeps } from "./actions/build-app.ts";
import type { CommandContext } from "./command.ts";
import type { ConfigurationChange } from "./configuration-change.ts";
import type { Action, Plan } from "./plan.ts";
import type { Terminal } from "./terminal.ts";

/** @returns the exit status: of the first action that did not end well, or 0 */
export async function carryOut(plan: Plan, terminal: Terminal): Promise<number> {
  const context: Context = { ...commandContext(terminal), debugLevel: plan.debugLevel };
  for (const action of plan.actions) {
    const status = await perform(action, context);
    if (status !== 0) return status;
  }
  return 0;
}

interface Context extends CommandContext {
  readonly debugLevel: LogLevel | undefined;
}

export function commandContext(terminal: Terminal): CommandContext {
  return {
    terminal,
    paths: gatewayPaths(process.env["GWE_ROOT"]),
    folder: process.cwd(),
    environment: definedOnly(process.env),
    untilSignalled,
  };
}

async function perform(action: Action, context: Context): Promise<number> {
  const { terminal } = context;
  switch (action.kind) {
    case "configure":
      return changeConfiguration(action.change, context);
    case "print": {
      const { printed } = await import("./actions/print.ts");
      const installPath = join(import.meta.dirname, "..");
      terminal.out(await printed(action.what, { files: nodeFiles, paths: context.paths, installPath }));
      return 0;
    }
    case "mac-address":
      return printMac(action.iface, context);
    case "check-buildfile": {
      const { checkBuildfile } = await import("./actions/check.ts");
      return checkBuildfile(resolve(action.file), context.folder, { files: nodeFiles, terminal });
    }
    case "check-tarball": {
      const { checkTarball } = await import("./actions/check.ts");
      const { trustFile } = await import("./trust-file.ts");
      const deps = { files: nodeFiles, terminal, trust: trustFile(context.paths) };
      return checkTarball(resolve(action.file), await untilSignalled(), deps);
    }
    case "build-app":
    case "build-folder":
      return build(action, context);
    case "install": {
      const { install } = await import("./actions/install.ts");
      return install(action.packages, { ...context, signal: await untilSignalled() });
    }
    case "run": {
      const { runEngine } = await import("@gateway-engine/engine/run");
      return runEngine({ ...context, once: action.once, signal: await untilSignalled(), write: terminal.out });
    }
    case "not-yet":
      throw new UsageError("E_NOT_YET", { feature: action.feature, instead: action.instead });
  }
}

async function changeConfiguration(change: ConfigurationChange, context: Context): Promise<number> {
  const { configure } = await import("./actions/configure.ts");
  const { createSettings } = await import("@gateway-engine/engine/settings");
  const { acquireLock } = await import("@gateway-engine/platform/lock");
  const { systemClock } = await import("@gateway-engine/platform/clock");
  const { listNetworkInterfaces } = await import("@gateway-engine/platform/network-interfaces");
  const { terminal, paths, debugLevel } = context;
  const settings = createSettings({ files: nodeFiles, clock: systemClock, paths, acquireLock });
  await configure(change, { settings, networkInterfaces: listNetworkInterfaces, terminal, debugLevel });
  return 0;
}

async function printMac(iface: string, { terminal }: Context): Promise<number> {
  const { findMac } = await import("@gateway-engine/engine/interface-mac");
  const { listNetworkInterfaces } = await import("@gateway-engine/platform/network-interfaces");
  const mac = findMac(iface, listNetworkInterfaces());
  if (!mac.ok) throw mac.problem;
  terminal.out(`${mac.value}\n`);
  return 0;
}

type BuildAction = Extract<Action, { readonly kind: "build-app" | "build-folder" }>;

async function build(action: BuildAction, context: Context): Promise<number> {
  const { buildApp, buildCurrentFolder } = await import("./actions/build-app.ts");
  const { nodeCommandRunner } = await import("@gateway-engine/platform/processes");
  const { terminal, folder, environment: env, debugLevel } = context;
  const deps: BuildAppDeps = { files: nodeFiles, commands: nodeCommandRunner, env, terminal, debugLevel };
  const signal = await untilSignalled();
  if (action.kind === "build-app") await buildApp({ buildfile: resolve(action.buildfile), folder, signal }, deps);
  else await buildCurrentFolder({ name: action.name, version: action.version, folder, signal }, deps);
  return 0;
}

/** Loaded only by what takes time: everything else may be interrupted anywhere. */
async function untilSignalled(): Promise<AbortSignal> {
  const { abortOnSignals } = await import("@gateway-engine/platform/signals");
  return abortOnSignals();
}

function definedOnly(environment: NodeJS.ProcessEnv): Readonly<Record<string, string>> {
  const entries = Object.entries(environment);
  return Object.fromEntries(entries.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}
