import { ConfigError } from "@gateway-engine/core/errors";
import type { Files } from "@gateway-engine/core/files";
import type { GatewayPaths } from "@gateway-engine/core/paths";
import { VERSION } from "@gateway-engine/core/version";
import { writeValue } from "@gateway-engine/protocol/empty-value";
import { FRESH_ENGINE_CONFIG } from "@gateway-engine/protocol/engine-config";
import { FRESH_GATEWAY_CFG, parseGatewayCfg } from "@gateway-engine/protocol/gateway-cfg";
import type { PrintedThing } from "../plan.ts";
import { shown } from "../terminal.ts";

export interface PrintDeps {
  readonly files: Pick<Files, "readText">;
  readonly paths: Pick<GatewayPaths, "gatewayCfg" | "engineConfig">;
  /** The folder that holds the program. */
  readonly installPath: string;
}

/** @returns the text to print; a configuration file that does not exist yet is shown as it will be made, and not made */
export async function printed(what: PrintedThing, { files, paths, installPath }: PrintDeps): Promise<string> {
  switch (what) {
    case "version":
      return `${VERSION}\n`;
    case "path":
      return `${installPath}\n`;
    case "engineConf":
      return shown((await files.readText(paths.engineConfig)) ?? FRESH_ENGINE_CONFIG);
    case "gatewayCfg":
      return shown((await files.readText(paths.gatewayCfg)) ?? FRESH_GATEWAY_CFG);
    case "gatewayCik":
      return `${await readCik(files, paths.gatewayCfg)}\n`;
  }
}

/** @returns `''` when the gateway is not activated, as the original prints it */
async function readCik(files: PrintDeps["files"], file: string): Promise<string> {
  const parsed = parseGatewayCfg((await files.readText(file)) ?? FRESH_GATEWAY_CFG);
  if (!parsed.ok) throw new ConfigError("E_CONFIG_SYNTAX", { file, ...parsed.problem });
  return writeValue(parsed.value.cik);
}
