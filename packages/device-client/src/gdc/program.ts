/** `gdc` from its arguments to its exit status. */
import { dirname } from "node:path";
import type { Clock } from "@gateway-engine/core/clock";
import { UsageError } from "@gateway-engine/core/errors";
import type { Files } from "@gateway-engine/core/files";
import type { HttpClient } from "@gateway-engine/core/http";
import type { Logger, LogLevel } from "@gateway-engine/core/logger";
import type { GatewayPaths } from "@gateway-engine/core/paths";
import type { Random } from "@gateway-engine/core/random";
import type { TlsCredentials, TlsFiles } from "@gateway-engine/core/tls";
import { VERSION } from "@gateway-engine/core/version";
import { createDeviceClient } from "../device-client.ts";
import type { MqttDeps } from "../mqtt/session.ts";
import { CFG_COMMANDS } from "./cfg-commands.ts";
import { type GdcOptions, parseCommandLine } from "./command-line.ts";
import { findCommand } from "./command-table.ts";
import { ONE_PLATFORM, readFirstGeneration } from "./first-generation.ts";
import { HELP } from "./help.ts";
import { HTTP_COMMANDS, type HttpContext } from "./http-commands.ts";
import { MQTT_COMMANDS } from "./mqtt-commands.ts";
import { deviceFilePath, findTarget, httpServer, pickAddress, settings, type Target } from "./target.ts";
import { tracedHttp } from "./traced-http.ts";

export interface GdcDeps {
  /** A client of its own for this run; the caller ends its connections. */
  readonly openHttp: (tls: TlsCredentials) => HttpClient;
  readonly dial: MqttDeps["dial"];
  readonly readTls: (files: TlsFiles) => Promise<TlsCredentials>;
  readonly files: Files;
  readonly clock: Clock;
  readonly random: Random;
  readonly paths: GatewayPaths;
  /** The value of GWE_SERVER. */
  readonly environmentServer: string | undefined;
  readonly resolvePath: (path: string) => string;
  readonly logAt: (level: LogLevel) => Logger;
  /** Standard input, line by line. */
  readonly lines: () => AsyncIterable<string>;
  readonly print: (line: string) => void;
  /** The file that the program was started from. */
  readonly mainFile: string;
}

/** @returns the exit status @throws the error that the program ends with */
export async function runGdc(deps: GdcDeps, args: readonly string[], signal: AbortSignal): Promise<number> {
  const request = parseCommandLine(args);
  if (!request.ok) throw new UsageError("E_USAGE", { problem: `${request.problem}; gdc --help lists the options` });
  if (request.value.kind === "command") return runCommand(deps, request.value, signal);
  const build = `device-client.v${VERSION}`;
  const texts = { help: HELP.trimEnd(), version: VERSION, build, path: dirname(dirname(deps.mainFile)) };
  deps.print(texts[request.value.kind]);
  return 0;
}

interface Asked {
  readonly words: readonly string[];
  readonly options: GdcOptions;
}

/** A command is looked for before anything is read, so that a slip of the hand is named first. */
function runCommand(deps: GdcDeps, { words, options }: Asked, signal: AbortSignal): Promise<number> {
  const [group = "", ...rest] = words;
  switch (group) {
    case "http":
      return runHttp(deps, { words: rest, options }, signal);
    case "mqtt":
      return runMqtt(deps, { words: rest, options }, signal);
    case "cfg":
      return runCfg(deps, { words: rest, options });
    default:
      return runFirstGeneration(deps, { words, options }, signal);
  }
}

async function runHttp(deps: GdcDeps, { words, options }: Asked, signal: AbortSignal): Promise<number> {
  const command = findCommand("gdc http", HTTP_COMMANDS, words);
  return command(await httpContext(deps, options, await findTarget(deps, options), signal));
}

async function runFirstGeneration(deps: GdcDeps, { words, options }: Asked, signal: AbortSignal): Promise<number> {
  const { words: httpWords, ...device } = readFirstGeneration(words);
  const command = findCommand("gdc http", HTTP_COMMANDS, httpWords);
  const sources = { host: options.host, environment: deps.environmentServer || ONE_PLATFORM, configured: "" };
  const address = pickAddress({ ...sources, vendor: device.vendor });
  const { port } = options;
  const target = { ...device, ...settings(options), address, port, cfgFile: undefined, watchlist: [] };
  return command(await httpContext(deps, options, target, signal));
}

async function runMqtt(deps: GdcDeps, { words, options }: Asked, signal: AbortSignal): Promise<number> {
  const command = findCommand("gdc mqtt", MQTT_COMMANDS, words);
  const target = await findTarget(deps, options);
  const { clock, dial, files, random, lines, print } = deps;
  const { disconnectAfterMs } = options;
  const log = deps.logAt(target.logLevel);
  const tls = await readTls(deps, options);
  const mqtt = { clock, dial };
  return command({ mqtt, target, tls, call: { signal }, files, clock, random, log, disconnectAfterMs, lines, print });
}

async function runCfg({ files, paths, print }: GdcDeps, { words, options }: Asked): Promise<number> {
  const command = findCommand("gdc cfg", CFG_COMMANDS, words.length === 0 ? ["show"] : words);
  const path = deviceFilePath(paths, options.file);
  if (path === undefined) throw new UsageError("E_USAGE", { problem: "say which file: -f <file>, or -f gwe" });
  return command({ files, path, print });
}

async function httpContext(
  deps: GdcDeps,
  options: GdcOptions,
  target: Target,
  signal: AbortSignal,
): Promise<HttpContext> {
  const { files, clock, random, resolvePath, lines, print } = deps;
  const { timeoutMs, token, logLevel } = target;
  const http = tracedHttp(deps.openHttp(await readTls(deps, options)), deps.logAt(logLevel), clock);
  const userAgent = `gdc/${VERSION}`;
  const client = createDeviceClient({ http, server: httpServer(target), userAgent, timeoutMs, cik: () => token });
  return { client, target, call: { signal }, files, download: { clock, random }, resolvePath, lines, print };
}

/** The original's authority is trusted where it is installed. */
async function readTls({ readTls: read, files, paths }: GdcDeps, options: GdcOptions): Promise<TlsCredentials> {
  const installed = `${paths.root.replace(/\/$/, "")}/etc/exosite/gdc/Murano_Root_CA.cer`;
  const ca = options.ca ?? ((await files.stat(installed)) === undefined ? undefined : installed);
  return read({ cert: options.cert, key: options.key, ca });
}
