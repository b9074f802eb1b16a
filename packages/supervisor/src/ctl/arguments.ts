/** supervisorctl's command line. */
import { fail, ok, type Result } from "@gateway-engine/core/result";
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
  const given = new Map<OptionName, string>();
  let at = 0;
  for (; at < argv.length; at += 1) {
    const word = argv[at] ?? "";
    if (word === "--") {
      at += 1;
      break;
    }
    if (!word.startsWith("-") || word === "-") break;
    const taken = word.startsWith("--") ? takeLong(word, argv[at + 1], given) : takeShort(word, argv[at + 1], given);
    if (!taken.ok) return taken;
    at += taken.value;
  }
  return ok({
    help: given.has("help"),
    version: given.has("version"),
    interactive: given.has("interactive"),
    configuration: given.get("configuration"),
    serverUrl: given.get("serverurl"),
    username: given.get("username"),
    password: given.get("password"),
    historyFile: given.get("history_file"),
    action: argv.slice(at),
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

type OptionName = keyof typeof OPTIONS;
const OPTION_NAMES = Object.keys(OPTIONS) as OptionName[];

/** @returns how many further words were used: 1 when the value was the next one */
function takeLong(word: string, next: string | undefined, given: Map<OptionName, string>): Result<number, string> {
  const [written = "", inline] = word.slice(2).split(/=(.*)/s);
  const exact = OPTION_NAMES.filter((name) => name === written);
  const found = exact.length > 0 ? exact : OPTION_NAMES.filter((name) => name.startsWith(written));
  const [name] = found;
  if (name === undefined) return fail(`option --${written} not recognized`);
  if (found.length > 1) return fail(`option --${written} not a unique prefix`);
  if (!OPTIONS[name].takesValue) {
    return inline === undefined ? put(given, name, "", word) : fail(`option --${name} must not have an argument`);
  }
  const value = inline ?? next;
  if (value === undefined) return fail(`option --${name} requires argument`);
  const stored = put(given, name, value, `--${name}`);
  return stored.ok && inline === undefined ? ok(1) : stored;
}

/** Several letters may share one dash; a value may follow its letter directly. */
function takeShort(word: string, next: string | undefined, given: Map<OptionName, string>): Result<number, string> {
  for (let index = 1; index < word.length; index += 1) {
    const letter = word.charAt(index);
    const name = OPTION_NAMES.find((candidate) => OPTIONS[candidate].letters.includes(letter));
    if (name === undefined) return fail(`option -${letter} not recognized`);
    if (OPTIONS[name].takesValue) {
      const inline = word.slice(index + 1);
      const value = inline === "" ? next : inline;
      if (value === undefined) return fail(`option -${letter} requires argument`);
      const stored = put(given, name, value, `-${letter}`);
      return stored.ok && inline === "" ? ok(1) : stored;
    }
    const stored = put(given, name, "", `-${letter}`);
    if (!stored.ok) return stored;
  }
  return ok(0);
}

function put(given: Map<OptionName, string>, name: OptionName, value: string, written: string): Result<number, string> {
  if (given.has(name)) return fail(`conflicting command line option ${pythonRepr(written)}`);
  if (name === "serverurl" && !/^[a-z][a-z0-9+.-]*:\/*[^/]/i.test(value)) {
    return fail(`invalid value for ${written} ${pythonRepr(value)}: value ${pythonRepr(value)} is not a URL`);
  }
  given.set(name, value);
  return ok(0);
}
