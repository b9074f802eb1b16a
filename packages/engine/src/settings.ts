/**
 * The two configuration files that `gwe` keeps: Gateway.cfg says who this gateway is, Engine.config how the engine works.
 *
 * @example
 * const settings = createSettings({ files: nodeFiles, clock: systemClock, paths, acquireLock });
 * await settings.gateway.set({ vendor: "p1", model: "p1" });
 * print(await settings.gateway.text());
 */
import type { Clock } from "@gateway-engine/core/clock";
import type { Files } from "@gateway-engine/core/files";
import type { GatewayPaths } from "@gateway-engine/core/paths";
import {
  type EngineConfig,
  type EngineConfigKey,
  FRESH_ENGINE_CONFIG,
  parseEngineConfig,
  withEngineConfigValue,
} from "@gateway-engine/protocol/engine-config";
import {
  FRESH_GATEWAY_CFG,
  type GatewayCfg,
  type GatewayCfgKey,
  parseGatewayCfg,
  withGatewayCfgValue,
} from "@gateway-engine/protocol/gateway-cfg";
import { ConfigFile } from "./settings/config-file.ts";

export type GatewayCfgFile = ConfigFile<GatewayCfg, GatewayCfgKey>;
export type EngineConfigFile = ConfigFile<EngineConfig, EngineConfigKey>;

export interface Settings {
  readonly gateway: GatewayCfgFile;
  readonly engine: EngineConfigFile;
}

export interface SettingsDeps {
  readonly files: Files;
  readonly clock: Clock;
  readonly paths: GatewayPaths;
  /** `acquireLock` of platform/lock. */
  readonly acquireLock: (path: string, what: string, mend: string) => { release(): void };
}

export function createSettings({ files, clock, paths, acquireLock }: SettingsDeps): Settings {
  const lock = () => acquireLock(`${paths.runDir}/settings.lock`, paths.configDir, "try again in a moment");
  const deps = { files, clock, lock };
  return {
    gateway: new ConfigFile(
      {
        path: paths.gatewayCfg,
        mode: 0o600,
        fresh: FRESH_GATEWAY_CFG,
        parse: parseGatewayCfg,
        withValue: withGatewayCfgValue,
      },
      deps,
    ),
    engine: new ConfigFile(
      {
        path: paths.engineConfig,
        mode: 0o644,
        fresh: FRESH_ENGINE_CONFIG,
        parse: parseEngineConfig,
        withValue: withEngineConfigValue,
      },
      deps,
    ),
  };
}
