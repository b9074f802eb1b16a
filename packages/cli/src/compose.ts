/** Picks the machine's files, clock and processes for the actions of `gwe`, and loads of each only what it needs. */
import { join, resolve } from "node:path";
import { UsageError } from "@gateway-engine/core/errors";
import type { LogLevel } from "@gateway-engine/core/logger";
import { type GatewayPaths, gatewayPaths } from "@gateway-engine/core/paths";
import { nodeFiles } from "@gateway-engine/platform/files";
import type { BuildAppDeps } from "./actions/build-app.ts";
import type { Action, Plan } from "./plan.ts";
import type { Terminal } from "./terminal.ts";

export interface CommandLine {
  /** @returns the exit status: of the first action that did not end well, or 0 */
  carryOut(plan: Plan): Promise<number>;
}

export function compose(terminal: Terminal): CommandLine {
  const paths = gatewayPaths(process.env["GWE_ROOT"]);
  return {
    carryOut: async (plan) => {
      for (const action of plan.actions) {
        const status = await perform(action, { plan, paths, terminal });
        if (status !== 0) return status;
      }
      return 0;
    },
  };
}

interface Context {
  readonly plan: Plan;
  readonly paths: GatewayPaths;
  readonly terminal: Terminal;
}

async function perform(action: Action, { plan, paths, terminal }: Context): Promise<number> {
  const debugLevel = plan.debugLevel ?? "INFO";
  const folder = process.cwd();
  switch (action.kind) {
    case "configure": {
      const { configure } = await import("./actions/configure.ts");
      const { createSettings } = await import("@gateway-engine/engine/settings");
      const { acquireLock } = await import("@gateway-engine/platform/lock");
      const { systemClock } = await import("@gateway-engine/platform/clock");
      const { listNetworkInterfaces } = await import("@gateway-engine/platform/network-interfaces");
      const settings = createSettings({ files: nodeFiles, clock: systemClock, paths, acquireLock });
      await configure(action.change, { settings, networkInterfaces: listNetworkInterfaces, terminal, debugLevel });
      return 0;
    }
    case "print": {
      const { printed } = await import("./actions/print.ts");
      const installPath = join(import.meta.dirname, "..");
      terminal.out(await printed(action.what, { files: nodeFiles, paths, installPath }));
      return 0;
    }
    case "mac-address": {
      const { findMac } = await import("./interface-mac.ts");
      const { listNetworkInterfaces } = await import("@gateway-engine/platform/network-interfaces");
      const mac = findMac(action.iface, listNetworkInterfaces());
      if (!mac.ok) throw mac.problem;
      terminal.out(`${mac.value}\n`);
      return 0;
    }
    case "check-buildfile": {
      const { checkBuildfile } = await import("./actions/check.ts");
      return checkBuildfile(resolve(action.file), folder, { files: nodeFiles, terminal });
    }
    case "check-tarball": {
      const { checkTarball } = await import("./actions/check.ts");
      return checkTarball(resolve(action.file), await untilSignalled(), { files: nodeFiles, terminal });
    }
    case "build-app": {
      const { buildApp } = await import("./actions/build-app.ts");
      const request = { buildfile: resolve(action.buildfile), folder, signal: await untilSignalled() };
      await buildApp(request, await buildDeps(terminal, debugLevel));
      return 0;
    }
    case "build-folder": {
      const { buildCurrentFolder } = await import("./actions/build-app.ts");
      const { name, version } = action;
      const request = { name, version, folder, signal: await untilSignalled() };
      await buildCurrentFolder(request, await buildDeps(terminal, debugLevel));
      return 0;
    }
    case "not-yet":
      throw new UsageError("E_NOT_YET", { feature: action.feature, instead: action.instead });
    default:
      throw new UsageError("E_NOT_YET", { feature: action.kind, instead: "" });
  }
}

async function buildDeps(terminal: Terminal, debugLevel: LogLevel): Promise<BuildAppDeps> {
  const { nodeCommandRunner } = await import("@gateway-engine/platform/processes");
  return { files: nodeFiles, commands: nodeCommandRunner, env: environment(), terminal, debugLevel };
}

async function untilSignalled(): Promise<AbortSignal> {
  const { abortOnSignals } = await import("@gateway-engine/platform/signals");
  return abortOnSignals();
}

function environment(): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
