/** `gdc` from its arguments to its exit status. */
import { dirname } from "node:path";
import type { Clock } from "@gateway-engine/core/clock";
import { UsageError } from "@gateway-engine/core/errors";
import type { Files } from "@gateway-engine/core/files";
import type { HttpClient } from "@gateway-engine/core/http";
import type { Logger, LogLevel } from "@gateway-engine/core/logger";
import type { GatewayPaths } from "@gateway-engine/core/paths";
import type { Random } from "@gateway-engine/core/random";
import { VERSION } from "@gateway-engine/core/version";
import { createDeviceClient } from "../device-client.ts";
import { type GdcOptions, type GdcRequest, parseCommandLine } from "./command-line.ts";
import { type CommandContext, findCommand } from "./commands.ts";
import { HELP } from "./help.ts";
import { findTarget, pickServer, type Target } from "./target.ts";
import { tracedHttp } from "./traced-http.ts";

export interface GdcDeps {
  readonly http: HttpClient;
  readonly files: Files;
  readonly clock: Clock;
  readonly random: Random;
  readonly paths: GatewayPaths;
  /** The value of GWE_SERVER. */
  readonly environmentServer: string | undefined;
  readonly resolvePath: (path: string) => string;
  readonly logAt: (level: LogLevel) => Logger;
  readonly print: (line: string) => void;
  /** The file that the program was started from. */
  readonly mainFile: string;
}

/** @returns the exit status @throws the error that the program ends with */
export async function runGdc(deps: GdcDeps, args: readonly string[], signal: AbortSignal): Promise<number> {
  const request = parseCommandLine(args);
  if (!request.ok) throw new UsageError("E_USAGE", { problem: `${request.problem}; gdc --help lists the options` });
  if (request.value.kind === "command") return runCommand(deps, request.value, signal);
  const texts = { help: HELP.trimEnd(), version: VERSION, path: dirname(dirname(deps.mainFile)) };
  deps.print(texts[request.value.kind]);
  return 0;
}

async function runCommand(
  deps: GdcDeps,
  { words, options }: Extract<GdcRequest, { kind: "command" }>,
  signal: AbortSignal,
): Promise<number> {
  const [first = "", ...rest] = words;
  if (first === "http") {
    const command = findCommand(rest);
    return command(context(deps, options, await findTarget(deps, options), signal));
  }
  if (first === "mqtt") throw new UsageError("E_NOT_YET", { feature: "gdc mqtt", instead: "use gdc http" });
  const { commandWords, ...target } = readFirstGeneration(words);
  const command = findCommand(commandWords);
  const server = pickServer({
    options,
    environment: deps.environmentServer || ONE_PLATFORM,
    configured: "",
    vendor: target.vendor,
  });
  return command(context(deps, options, { ...target, server, cfgFile: undefined }, signal));
}

/** The first generation's server, for commands that name only a CIK. */
const ONE_PLATFORM = "https://m2.exosite.com";

type FirstGeneration = Pick<Target, "cik" | "vendor" | "model" | "uuid"> & { readonly commandWords: readonly string[] };

/** `gdc write <CIK> <alias> <value>` is `gdc -k <CIK> http write <alias> <value>`, and so on. */
function readFirstGeneration(words: readonly string[]): FirstGeneration {
  const [name = "", ...args] = words;
  const wanted = Object.hasOwn(FIRST_GENERATION, name) ? FIRST_GENERATION[name] : undefined;
  if (wanted === undefined) {
    const problem = `there is no command "gdc ${name}"; there are: http, ${Object.keys(FIRST_GENERATION).join(", ")}`;
    throw new UsageError("E_USAGE", { problem });
  }
  if (args.length < wanted.length || (args.length > wanted.length && name !== "read")) {
    throw new UsageError("E_USAGE", { problem: `expected: gdc ${name} ${wanted.map((arg) => `<${arg}>`).join(" ")}` });
  }
  if (name === "activate") {
    const [vendor = "", model = "", uuid = ""] = args;
    return { cik: "", vendor, model, uuid, commandWords: [name] };
  }
  const [cik = "", ...rest] = args;
  return { cik, vendor: "", model: "", uuid: "", commandWords: [name, ...rest] };
}

const FIRST_GENERATION: Readonly<Record<string, readonly string[]>> = {
  activate: ["vendor", "model", "serial"],
  write: ["CIK", "alias", "value"],
  read: ["CIK", "alias"],
  record: ["CIK", "alias", "timestamp", "value"],
};

function context(deps: GdcDeps, options: GdcOptions, target: Target, signal: AbortSignal): CommandContext {
  const http = tracedHttp(deps.http, deps.logAt(options.logLevel), deps.clock);
  const { timeoutMs } = options;
  const userAgent = `gdc/${VERSION}`;
  return {
    client: createDeviceClient({ http, server: target.server, userAgent, timeoutMs, cik: () => target.cik }),
    target,
    call: { signal },
    files: deps.files,
    download: { clock: deps.clock, random: deps.random },
    resolvePath: deps.resolvePath,
    print: deps.print,
  };
}
