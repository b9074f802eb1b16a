import type { Files } from "@gateway-engine/core/files";
import type { GatewayPaths } from "@gateway-engine/core/paths";
import { type ConfigFile, loadConfig } from "./config-file.ts";
import { DEFAULT_GMQ_CFG, FRESH_GMQ_CFG, type GmqCfg, parseGmqCfg } from "./gmq-cfg.ts";
import { DEFAULT_LOGGING, FRESH_LOGGING_CFG, type LoggingCfg, parseLoggingCfg } from "./logging-cfg.ts";

export interface Settings {
  readonly gmq: GmqCfg;
  readonly logging: LoggingCfg;
}

export function gmqCfgFile(paths: GatewayPaths): ConfigFile<GmqCfg> {
  return { path: paths.gmqCfg, fresh: FRESH_GMQ_CFG, parse: parseGmqCfg };
}

export function loggingCfgFile(paths: GatewayPaths): ConfigFile<LoggingCfg> {
  return { path: paths.gmqLoggingCfg, fresh: FRESH_LOGGING_CFG, parse: parseLoggingCfg };
}

/** Both files as they were when they were last read, the defaults before that. */
export class SettingsFiles {
  readonly #files: Files;
  readonly #paths: GatewayPaths;
  #current: Settings = { gmq: DEFAULT_GMQ_CFG, logging: DEFAULT_LOGGING };

  constructor(files: Files, paths: GatewayPaths) {
    this.#files = files;
    this.#paths = paths;
  }

  get current(): Settings {
    return this.#current;
  }

  /** @throws ConfigError that names file and line; what was read before stays in force */
  async read(): Promise<Settings> {
    const gmq = await loadConfig(this.#files, gmqCfgFile(this.#paths));
    const logging = await loadConfig(this.#files, loggingCfgFile(this.#paths));
    this.#current = { gmq, logging };
    return this.#current;
  }
}
