/** A gateway in a folder, with the engine as its launcher starts it. */
import { mkdirSync, writeFileSync } from "node:fs";
import { gatewayPaths } from "@gateway-engine/core/paths";
import { launcherOf } from "../machine/repository.ts";
import { type ServerProcess, startServer } from "../machine/server-process.ts";
import { PRODUCT } from "./fleet.ts";

export interface GatewaySetting {
  readonly folder: string;
  readonly serial: string;
  readonly server: string;
}

/** Writes its configuration; probation is left out. */
export function makeGateway({ folder, serial }: GatewaySetting): void {
  const { configDir, gatewayCfg, engineConfig } = gatewayPaths(folder);
  mkdirSync(configDir, { recursive: true });
  writeFileSync(gatewayCfg, `[device]\nvendor = ${PRODUCT}\nmodel = ${PRODUCT}\nuuid = ${serial}\n`);
  writeFileSync(engineConfig, "[engine]\nprobation = 0\ndebug_level = DEBUG\n");
}

/** Resolves when it listens for commands. */
export function startEngine({ folder, server }: GatewaySetting): Promise<ServerProcess> {
  const env = { GWE_ROOT: folder, GWE_SERVER: server, GWE_NODE: process.execPath };
  return startServer({ file: launcherOf("gwe"), args: [], env, folder }, (said) => said.includes("checked in"));
}
