/** Whom a `gdc` command is about: the server, the device's identity and its token. */
import { ConfigError, UsageError } from "@gateway-engine/core/errors";
import type { Files } from "@gateway-engine/core/files";
import type { GatewayPaths } from "@gateway-engine/core/paths";
import { parseEngineConfig, serverAddress } from "@gateway-engine/protocol/engine-config";
import { type GatewayCfg, parseGatewayCfg } from "@gateway-engine/protocol/gateway-cfg";
import type { GdcOptions } from "./command-line.ts";

export interface Target {
  /** Address without a trailing slash. */
  readonly server: string;
  /** Empty: none is known. */
  readonly cik: string;
  readonly vendor: string;
  readonly model: string;
  readonly uuid: string;
  /** Where the identity came from, and a new token goes to. */
  readonly cfgFile: string | undefined;
}

export interface TargetDeps {
  readonly files: Files;
  readonly paths: GatewayPaths;
  /** The value of GWE_SERVER. */
  readonly environmentServer: string | undefined;
}

/** @throws ConfigError when the file cannot be used; UsageError when nothing says where the server is */
export async function findTarget(deps: TargetDeps, options: GdcOptions): Promise<Target> {
  const cfgFile = options.file === "gwe" ? deps.paths.gatewayCfg : options.file;
  const cfg = cfgFile === undefined ? undefined : await readIdentity(deps.files, cfgFile);
  const configured = options.file === "gwe" ? await readEngineServer(deps) : "";
  return {
    server: pickServer({ options, environment: deps.environmentServer, configured, vendor: cfg?.vendor ?? "" }),
    cik: options.token ?? cfg?.cik ?? "",
    vendor: cfg?.vendor ?? "",
    model: cfg?.model ?? "",
    uuid: options.uuid ?? cfg?.uuid ?? "",
    cfgFile,
  };
}

/** Where the server is: `-H`, GWE_SERVER, Engine.config, or the address that follows from the product. */
export function pickServer(sources: {
  readonly options: Pick<GdcOptions, "host" | "port">;
  readonly environment: string | undefined;
  readonly configured: string;
  readonly vendor: string;
}): string {
  const { options, environment, configured, vendor } = sources;
  const { host } = options;
  if (host === undefined && !environment && configured === "" && vendor === "") {
    throw new UsageError("E_USAGE", { problem: "say where the server is: -H <host>, -f <file>, or GWE_SERVER" });
  }
  const fromHost = host === undefined || /^https?:\/\//.test(host) ? host : `https://${host}`;
  const address = serverAddress(fromHost ?? environment, configured, vendor);
  if (!URL.canParse(address))
    throw new UsageError("E_USAGE", { problem: `"${address}" is not the address of a server` });
  if (options.port === undefined) return address;
  const url = new URL(address);
  url.port = String(options.port);
  return url.origin;
}

async function readIdentity(files: Files, file: string): Promise<GatewayCfg> {
  const text = await files.readText(file);
  if (text === undefined) {
    throw new ConfigError("E_CONFIG_MISSING", { file, key: "the device's identity", mend: "the file does not exist" });
  }
  const cfg = parseGatewayCfg(text);
  if (cfg.ok) return cfg.value;
  throw new ConfigError("E_CONFIG_SYNTAX", { file, ...cfg.problem });
}

async function readEngineServer({ files, paths }: TargetDeps): Promise<string> {
  const config = parseEngineConfig((await files.readText(paths.engineConfig)) ?? "");
  if (config.ok) return config.value.server;
  throw new ConfigError("E_CONFIG_SYNTAX", { file: paths.engineConfig, ...config.problem });
}
