import { ConfigError, describeError } from "@gateway-engine/core/errors";
import type { Files } from "@gateway-engine/core/files";
import type { IniProblem } from "@gateway-engine/core/ini";
import type { GatewayPaths } from "@gateway-engine/core/paths";
import type { Result } from "@gateway-engine/core/result";
import { type EngineConfig, FRESH_ENGINE_CONFIG, parseEngineConfig } from "@gateway-engine/protocol/engine-config";
import { FRESH_GATEWAY_CFG, type GatewayCfg, parseGatewayCfg } from "@gateway-engine/protocol/gateway-cfg";

/** The two files that `gwe` keeps, as far as they can be read; in place of one that cannot stand the defaults. */
export interface Configuration {
  readonly gateway: GatewayCfg;
  readonly config: EngineConfig;
  /** In words. */
  readonly problems: readonly string[];
}

export async function readConfiguration(
  files: Pick<Files, "readText">,
  paths: Pick<GatewayPaths, "gatewayCfg" | "engineConfig">,
): Promise<Configuration> {
  const problems: string[] = [];
  const read = async <Value>(file: string, fresh: string, parse: (text: string) => Result<Value, IniProblem>) => {
    try {
      const parsed = parse((await files.readText(file)) ?? fresh);
      if (parsed.ok) return parsed.value;
      problems.push(new ConfigError("E_CONFIG_SYNTAX", { file, ...parsed.problem }).message);
    } catch (error) {
      problems.push(describeError(error));
    }
    const defaults = parse(fresh);
    if (defaults.ok) return defaults.value;
    throw new ConfigError("E_CONFIG_SYNTAX", { file, ...defaults.problem });
  };
  const gateway = await read(paths.gatewayCfg, FRESH_GATEWAY_CFG, parseGatewayCfg);
  const config = await read(paths.engineConfig, FRESH_ENGINE_CONFIG, parseEngineConfig);
  return { gateway, config, problems };
}
