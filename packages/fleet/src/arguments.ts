import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { fail, ok, type Result } from "@gateway-engine/core/result";
import { parseByteSize } from "@gateway-engine/core/sizes";

export type Command =
  | { readonly kind: "help" }
  | { readonly kind: "version" }
  | { readonly kind: "serve"; readonly options: ServerOptions };

export interface ServerOptions {
  /** Absolute path of the data folder. */
  readonly dataFolder: string;
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  /** How long points of the history are kept after they have arrived. */
  readonly keepHistoryMs: number;
  /** Largest item of the content area, in bytes. */
  readonly contentLimit: number;
}

export const USAGE = `Usage: gwe-fleet --data DIR [--listen HOST:PORT] [option...]

The fleet server: gateways activate, report and fetch their applications here.

  --data DIR             folder for everything the server keeps; made if it is missing
  --listen HOST:PORT     where to listen; default 127.0.0.1:8080, port 0 for any that is free
  --keep-history DAYS    how long values are kept after they have arrived; default 90
  --max-content SIZE     largest item of the content area, for example 64MB; default 512MB
  -v, --version          print the version
  -h, --help             print this text

The token for the management API is in DIR/admin-token.
`;

/** @param workingFolder what a relative --data starts from. @returns what to do, or what is wrong with the arguments */
export function parseArguments(args: readonly string[], workingFolder: string): Result<Command, string> {
  const parsed = readOptions(args);
  if (!parsed.ok) return parsed;
  const { data, listen, help, version, ...limits } = parsed.value;
  if (help === true) return ok({ kind: "help" });
  if (version === true) return ok({ kind: "version" });
  if (data === undefined || data === "") return fail("--data DIR is missing: name the folder for the server's data");

  const address = parseListenAddress(listen);
  if (!address.ok) return address;
  const days = Number(limits["keep-history"]);
  if (!(days > 0) || days > LONGEST_DAYS) return fail(`--keep-history must be days, from above 0 to ${LONGEST_DAYS}`);
  const contentLimit = parseByteSize(limits["max-content"]);
  if (!contentLimit.ok || contentLimit.value < 1) return fail("--max-content must be a size, for example 64MB");

  const keepHistoryMs = days * 24 * 60 * 60 * 1000;
  const dataFolder = resolve(workingFolder, data);
  return ok({
    kind: "serve",
    options: { dataFolder, ...address.value, keepHistoryMs, contentLimit: contentLimit.value },
  });
}

interface Options {
  readonly data?: string;
  readonly listen: string;
  readonly "keep-history": string;
  readonly "max-content": string;
  readonly version?: boolean;
  readonly help?: boolean;
}

function readOptions(args: readonly string[]): Result<Options, string> {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        data: { type: "string" },
        listen: { type: "string", default: "127.0.0.1:8080" },
        "keep-history": { type: "string", default: "90" },
        "max-content": { type: "string", default: "512MB" },
        version: { type: "boolean", short: "v" },
        help: { type: "boolean", short: "h" },
      },
    });
    return ok(values);
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    return fail(`${problem.split("\n")[0]}; gwe-fleet -h lists the options`);
  }
}

/** Reads `HOST:PORT` or `[IPV6]:PORT`. */
function parseListenAddress(text: string): Result<{ readonly host: string; readonly port: number }, string> {
  const match = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  if (match === null || port > 65_535)
    return fail(`--listen is ${text}, but must be HOST:PORT, for example 127.0.0.1:8080`);
  return ok({ host: match[1] ?? match[2] ?? "", port });
}

const LONGEST_DAYS = 36_500;
