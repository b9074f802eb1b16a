/** What was asked of `gdc`, read from its arguments. */
import { parseArgs } from "node:util";
import { LOG_LEVELS, type LogLevel } from "@gateway-engine/core/logger";
import { fail, ok, type Result } from "@gateway-engine/core/result";

export type GdcRequest =
  | { readonly kind: "help" | "version" | "build" | "path" }
  | { readonly kind: "command"; readonly words: readonly string[]; readonly options: GdcOptions };

/** Undefined: not given, so that the device's file counts, and then the default. */
export interface GdcOptions {
  /** A device's identity file; `gwe` is the gateway's own Gateway.cfg. */
  readonly file: string | undefined;
  readonly timeoutMs: number | undefined;
  /** A host name, or an address such as `http://127.0.0.1:8080` or `mqtts://acme.m2.exosite.io`. */
  readonly host: string | undefined;
  readonly port: number | undefined;
  readonly logLevel: LogLevel | undefined;
  readonly uuid: string | undefined;
  readonly token: string | undefined;
  /** Id of the product, on which the server's name depends. */
  readonly product: string | undefined;
  readonly cert: string | undefined;
  readonly key: string | undefined;
  readonly ca: string | undefined;
  /** How long a subscription lasts. */
  readonly disconnectAfterMs: number | undefined;
}

const OPTIONS = {
  help: { type: "boolean", short: "h" },
  version: { type: "boolean", short: "v" },
  build: { type: "boolean", short: "b" },
  path: { type: "boolean", short: "p" },
  file: { type: "string", short: "f" },
  timeout: { type: "string", short: "t" },
  host: { type: "string", short: "H" },
  port: { type: "string", short: "P" },
  debug: { type: "string", short: "d" },
  uuid: { type: "string", short: "u" },
  pid: { type: "string", short: "i" },
  token: { type: "string", short: "k" },
  cert: { type: "string", short: "C" },
  pkey: { type: "string", short: "K" },
  cacert: { type: "string", short: "E" },
  "disconnect-after": { type: "string" },
} as const;

const LONGEST_SECONDS = 86_400;

/** @returns the request, or what is wrong with the arguments */
export function parseCommandLine(args: readonly string[]): Result<GdcRequest, string> {
  const parsed = parseOptions(args);
  if (!parsed.ok) return parsed;
  const { values, words } = parsed.value;
  if (values.version === true) return ok({ kind: "version" });
  if (values.build === true) return ok({ kind: "build" });
  if (values.path === true) return ok({ kind: "path" });
  if (values.help === true || words.length === 0) return ok({ kind: "help" });

  const timeoutMs = parseSeconds("-t", values.timeout);
  if (!timeoutMs.ok) return timeoutMs;
  const disconnectAfterMs = parseSeconds("--disconnect-after", values["disconnect-after"]);
  if (!disconnectAfterMs.ok) return disconnectAfterMs;
  const port = values.port === undefined ? undefined : Number(values.port);
  if (port !== undefined && !(Number.isInteger(port) && port > 0 && port < 65_536)) {
    return fail(`-P takes a port number, not "${values.port}"`);
  }
  const logLevel = LOG_LEVELS.find((level) => level === values.debug?.toUpperCase());
  if (values.debug !== undefined && logLevel === undefined) {
    return fail(`-d takes one of ${LOG_LEVELS.join(", ")}, not "${values.debug}"`);
  }
  const { file, host, uuid, token, pid: product, cert, pkey: key, cacert: ca } = values;
  const times = { timeoutMs: timeoutMs.value, disconnectAfterMs: disconnectAfterMs.value };
  const options = { file, host, port, logLevel, uuid, token, product, cert, key, ca, ...times };
  return ok({ kind: "command", words, options });
}

/** @returns milliseconds, undefined when the option was not given */
function parseSeconds(option: string, text: string | undefined): Result<number | undefined, string> {
  if (text === undefined) return ok(undefined);
  const seconds = Number(text);
  if (seconds > 0 && seconds <= LONGEST_SECONDS) return ok(Math.ceil(seconds * 1000));
  return fail(`${option} takes seconds, above 0 and at most ${LONGEST_SECONDS}, not "${text}"`);
}

function parseOptions(args: readonly string[]) {
  try {
    const { values, positionals } = parseArgs({
      args: args.map(hideValue),
      options: OPTIONS,
      allowPositionals: true,
    });
    const shown = Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, typeof value === "string" ? showValue(value) : value]),
    );
    return ok({ values: { ...values, ...shown }, words: positionals.map(showValue) });
  } catch (error) {
    const problem = error instanceof Error ? (error.message.split(". ")[0] ?? error.message) : String(error);
    return fail(problem);
  }
}

/** A negative number is a value, not an option: a mark that no argument can hold carries it past `parseArgs`. */
function hideValue(arg: string): string {
  return /^-[.\d]/.test(arg) ? `\0${arg}` : arg;
}

function showValue(arg: string): string {
  return arg.replace(/^\0/, "");
}
