/** What was asked of `gdc`, read from its arguments. */
import { parseArgs } from "node:util";
import { LOG_LEVELS, type LogLevel } from "@gateway-engine/core/logger";
import { fail, ok, type Result } from "@gateway-engine/core/result";

export type GdcRequest =
  | { readonly kind: "help" | "version" | "path" }
  | { readonly kind: "command"; readonly words: readonly string[]; readonly options: GdcOptions };

export interface GdcOptions {
  /** A device's identity file; `gwe` is the gateway's own Gateway.cfg. */
  readonly file: string | undefined;
  readonly timeoutMs: number;
  /** A host name, or an address such as `http://127.0.0.1:8080`. */
  readonly host: string | undefined;
  readonly port: number | undefined;
  readonly logLevel: LogLevel;
  readonly uuid: string | undefined;
  readonly token: string | undefined;
}

const OPTIONS = {
  help: { type: "boolean", short: "h" },
  version: { type: "boolean", short: "v" },
  path: { type: "boolean", short: "p" },
  file: { type: "string", short: "f" },
  timeout: { type: "string", short: "t", default: "15" },
  host: { type: "string", short: "H" },
  port: { type: "string", short: "P" },
  debug: { type: "string", short: "d", default: "ERROR" },
  uuid: { type: "string", short: "u" },
  token: { type: "string", short: "k" },
} as const;

/** @returns the request, or what is wrong with the arguments */
export function parseCommandLine(args: readonly string[]): Result<GdcRequest, string> {
  const parsed = parseOptions(args);
  if (!parsed.ok) return parsed;
  const { values, words } = parsed.value;
  if (values.version === true) return ok({ kind: "version" });
  if (values.path === true) return ok({ kind: "path" });
  if (values.help === true || words.length === 0) return ok({ kind: "help" });

  const seconds = Number(values.timeout);
  if (!(seconds > 0 && seconds <= 86_400)) return fail(`-t takes seconds, not "${values.timeout}"`);
  const port = values.port === undefined ? undefined : Number(values.port);
  if (port !== undefined && !(Number.isInteger(port) && port > 0 && port < 65_536)) {
    return fail(`-P takes a port number, not "${values.port}"`);
  }
  const logLevel = LOG_LEVELS.find((level) => level === values.debug.toUpperCase());
  if (logLevel === undefined) return fail(`-d takes one of ${LOG_LEVELS.join(", ")}, not "${values.debug}"`);
  const { file, host, uuid, token } = values;
  return ok({
    kind: "command",
    words,
    options: { file, timeoutMs: Math.ceil(seconds * 1000), host, port, logLevel, uuid, token },
  });
}

function parseOptions(args: readonly string[]) {
  try {
    const { values, positionals } = parseArgs({
      args: args.map(hideNumber),
      options: OPTIONS,
      allowPositionals: true,
    });
    const shown = Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, typeof value === "string" ? showNumber(value) : value]),
    );
    return ok({ values: { ...values, ...shown }, words: positionals.map(showNumber) });
  } catch (error) {
    const problem = error instanceof Error ? (error.message.split(". ")[0] ?? error.message) : String(error);
    return fail(problem);
  }
}

/** A negative number is a value, not an option: a mark that no argument can hold carries it past `parseArgs`. */
function hideNumber(arg: string): string {
  return /^-[.\d]/.test(arg) ? `\0${arg}` : arg;
}

function showNumber(arg: string): string {
  return arg.replace(/^\0/, "");
}
