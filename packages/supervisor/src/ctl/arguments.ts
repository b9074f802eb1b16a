/** supervisorctl's command line. */
import { fail, ok, type Result } from "@gateway-engine/core/result";
import { eachOnce, getopt } from "../command-line/getopt.ts";
import { pythonRepr } from "../config/python-repr.ts";

export interface CtlArguments {
  readonly help: boolean;
  readonly version: boolean;
  readonly interactive: boolean;
  readonly configuration: string | undefined;
  readonly serverUrl: string | undefined;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly historyFile: string | undefined;
  /** The action and its arguments; none: an interactive shell. */
  readonly action: readonly string[];
}

/** Options end at the first word that is none; each may be given once. */
export function parseCtlArguments(argv: readonly string[]): Result<CtlArguments, string> {
  const parsed = getopt(argv, OPTIONS);
  if (!parsed.ok) return parsed;
  const once = eachOnce(parsed.value.options);
  if (!once.ok) return once;
  const given = once.value;
  const url = given.get("serverurl");
  if (url !== undefined && !LOOKS_LIKE_URL.test(url.value)) {
    const value = pythonRepr(url.value);
    return fail(`invalid value for ${url.written} ${value}: value ${value} is not a URL`);
  }
  return ok({
    help: given.has("help"),
    version: given.has("version"),
    interactive: given.has("interactive"),
    configuration: given.get("configuration")?.value,
    serverUrl: url?.value,
    username: given.get("username")?.value,
    password: given.get("password")?.value,
    historyFile: given.get("history_file")?.value,
    action: parsed.value.rest,
  });
}

const OPTIONS = {
  configuration: { letters: "c", takesValue: true },
  help: { letters: "h?", takesValue: false },
  interactive: { letters: "i", takesValue: false },
  serverurl: { letters: "s", takesValue: true },
  username: { letters: "u", takesValue: true },
  password: { letters: "p", takesValue: true },
  history_file: { letters: "r", takesValue: true },
  version: { letters: "v", takesValue: false },
} as const;

const LOOKS_LIKE_URL = /^[a-z][a-z0-9+.-]*:\/*[^/]/i;
