/** Whom a `gdc` command is about: the server, the device's identity and its token. */
import { ConfigError, UsageError } from "@gateway-engine/core/errors";
import type { Files } from "@gateway-engine/core/files";
import type { LogLevel } from "@gateway-engine/core/logger";
import type { GatewayPaths } from "@gateway-engine/core/paths";
import { isServerUrl, parseEngineConfig, serverAddress } from "@gateway-engine/protocol/engine-config";
import { type MqttAddress, parseMqttAddress } from "../mqtt/address.ts";
import type { GdcOptions } from "./command-line.ts";
import { type DeviceFile, readDeviceFile } from "./device-file.ts";

export interface Target {
  /** Where its server is, for HTTP or MQTT: see `httpServer` and `mqttServer`. Without a trailing slash. */
  readonly address: string;
  /** In place of the address's own. */
  readonly port: number | undefined;
  /** Empty: none is known. */
  readonly token: string;
  /** On Murano also the model. */
  readonly vendor: string;
  readonly model: string;
  readonly uuid: string;
  /** Where the identity came from, and a new token goes to. */
  readonly cfgFile: string | undefined;
  readonly timeoutMs: number;
  readonly logLevel: LogLevel;
  readonly watchlist: readonly string[];
}

export interface TargetDeps {
  readonly files: Files;
  readonly paths: GatewayPaths;
  /** The value of GWE_SERVER. */
  readonly environmentServer: string | undefined;
}

const DEFAULT_TIMEOUT_MS = 15_000;

/** @throws ConfigError when the file cannot be used; UsageError when nothing says where the server is */
export async function findTarget(deps: TargetDeps, options: GdcOptions): Promise<Target> {
  const path = deviceFilePath(deps.paths, options.file);
  const file = path === undefined ? undefined : await readDeviceFile(deps.files, path);
  const configured = (file && serverOf(file)) || (options.file === "gwe" ? await readEngineServer(deps) : "");
  const vendor = options.product ?? file?.vendor ?? "";
  return {
    ...settings(options, file),
    address: pickAddress({ host: options.host, environment: deps.environmentServer, configured, vendor }),
    port: options.port,
    token: options.token ?? file?.token ?? "",
    vendor,
    model: file?.model || vendor,
    uuid: options.uuid ?? file?.uuid ?? "",
    cfgFile: path,
    watchlist: file?.watchlist ?? [],
  };
}

/** @throws UsageError when nothing says who the device is */
export function identityOf({ uuid }: Pick<Target, "uuid">): string {
  if (uuid !== "") return uuid;
  throw new UsageError("E_USAGE", { problem: "say who the device is: -u <uuid>, or -f <file>" });
}

function serverOf({ server, port }: DeviceFile): string {
  const address = server.replace(/\/+$/, "");
  return address === "" || port === undefined || /:\d+$/.test(address) ? address : `${address}:${port}`;
}

/** The path of the file that `-f` names. */
export function deviceFilePath(paths: GatewayPaths, file: string | undefined): string | undefined {
  return file === "gwe" ? paths.gatewayCfg : file;
}

export function settings(options: GdcOptions, file?: DeviceFile): Pick<Target, "timeoutMs" | "logLevel"> {
  return {
    timeoutMs: options.timeoutMs ?? file?.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    logLevel: options.logLevel ?? file?.logLevel ?? "ERROR",
  };
}

/** Where the server is: `-H`, GWE_SERVER, the device's file or Engine.config, or the address that follows from the product. */
export function pickAddress(sources: {
  readonly host: string | undefined;
  readonly environment: string | undefined;
  readonly configured: string;
  readonly vendor: string;
}): string {
  const { host, environment, configured, vendor } = sources;
  if (host === undefined && !environment && configured === "" && vendor === "") {
    throw new UsageError("E_USAGE", { problem: "say where the server is: -H <host>, -f <file>, or GWE_SERVER" });
  }
  return serverAddress(host ?? environment, configured, vendor);
}

/** The server's address for HTTP. A bare host name is reached over https, and so is the host of an MQTT address. */
export function httpServer({ address, port }: Pick<Target, "address" | "port">): string {
  const [, scheme = "https", host = ""] = /^(?:(\w+):\/\/)?(.*)$/.exec(address) ?? [];
  const text = /^mqtts?$/.test(scheme) ? `https://${withoutPort(host)}` : `${scheme}://${host}`;
  if (!isServerUrl(text)) throw new UsageError("E_USAGE", { problem: `"${address}" is not the address of a server` });
  if (port === undefined) return text;
  const url = new URL(text);
  url.port = String(port);
  return url.origin;
}

/** The server's address for MQTT. The host of an HTTP address is reached over TLS, at MQTT's port. */
export function mqttServer({ address, port }: Pick<Target, "address" | "port">): MqttAddress {
  const [, host] = /^https?:\/\/([^/]*)$/.exec(address) ?? [];
  const parsed = parseMqttAddress(host === undefined ? address : `mqtts://${withoutPort(host)}`, port);
  if (parsed.ok) return parsed.value;
  throw new UsageError("E_USAGE", { problem: parsed.problem });
}

function withoutPort(host: string): string {
  return host.replace(/:\d+$/, "");
}

async function readEngineServer({ files, paths }: TargetDeps): Promise<string> {
  const config = parseEngineConfig((await files.readText(paths.engineConfig)) ?? "");
  if (config.ok) return config.value.server;
  throw new ConfigError("E_CONFIG_SYNTAX", { file: paths.engineConfig, ...config.problem });
}
