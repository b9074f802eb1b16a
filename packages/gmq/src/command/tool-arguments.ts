/** Arguments of the commands that look into the queue and mend it. */
import { parseArgs } from "node:util";
import { fail, ok, type Result } from "@gateway-engine/core/result";

export type ToolCommand =
  | (Which & { readonly kind: "peek"; readonly limit: number; readonly json: boolean })
  | (Which & { readonly kind: "export"; readonly file: string | undefined; readonly json: boolean })
  | { readonly kind: "import"; readonly file: string | undefined; readonly json: boolean }
  /** `ids` undefined: all. */
  | { readonly kind: "replay"; readonly ids: readonly number[] | undefined; readonly json: boolean }
  | {
      readonly kind: "drain";
      readonly wait: boolean;
      readonly timeoutMs: number | undefined;
      readonly json: boolean;
    }
  | { readonly kind: "fsck"; readonly checkOnly: boolean; readonly json: boolean };

/** Which messages are meant. */
interface Which {
  readonly setAside: boolean;
  readonly device: string | undefined;
}

/** What each command takes. */
const OPTIONS: Readonly<Record<ToolName, readonly OptionName[]>> = {
  peek: ["set-aside", "device", "limit", "json"],
  export: ["set-aside", "device", "json"],
  import: ["json"],
  replay: ["all", "json"],
  drain: ["wait", "timeout", "json"],
  fsck: ["check", "json"],
};

type OptionName = (typeof FLAGS)[number] | (typeof WITH_VALUE)[number];
const FLAGS = ["set-aside", "json", "all", "wait", "check"] as const;
const WITH_VALUE = ["device", "limit", "timeout"] as const;

export type ToolName = ToolCommand["kind"];

const PEEKED = 10;

export function isToolName(word: string): word is ToolName {
  return Object.hasOwn(OPTIONS, word);
}

export function isToolCommand<Other extends { readonly kind: string }>(
  command: Other | ToolCommand,
): command is ToolCommand {
  return isToolName(command.kind);
}

/** @returns the command, or what is wrong with the arguments */
export function parseToolArguments(name: ToolName, args: readonly string[]): Result<ToolCommand, string> {
  const read = readOptions(name, args);
  if (!read.ok) return read;
  const { flags, values, words } = read.value;
  const json = flags.has("json");
  const which = { setAside: flags.has("set-aside"), device: values.get("device") };
  const [file, ...more] = words;
  const tooMany = (allowed: readonly string[]) => fail(`${name} takes no "${allowed[0] ?? ""}"; see gmq --help`);
  switch (name) {
    case "peek": {
      const limit = parseCount(values.get("limit") ?? String(PEEKED));
      if (limit === undefined) return fail("--limit must be a whole number above 0");
      return words.length > 0 ? tooMany(words) : ok({ kind: name, ...which, limit, json });
    }
    case "export":
      return more.length > 0 ? tooMany(more) : ok({ kind: name, ...which, file, json });
    case "import":
      return more.length > 0 ? tooMany(more) : ok({ kind: name, file, json });
    case "replay":
      return parseReplay(words, flags.has("all"), json);
    case "drain": {
      const timeout = values.get("timeout");
      const seconds = Number(timeout);
      if (timeout !== undefined && !(timeout.trim() !== "" && seconds > 0 && seconds <= LONGEST_TIMEOUT_SECONDS)) {
        return fail(`--timeout must be a number of seconds above 0, at most ${LONGEST_TIMEOUT_SECONDS}`);
      }
      if (words.length > 0) return tooMany(words);
      const wait = flags.has("wait") || timeout !== undefined;
      return ok({ kind: name, wait, timeoutMs: timeout === undefined ? undefined : seconds * 1000, json });
    }
    case "fsck":
      return words.length > 0 ? tooMany(words) : ok({ kind: name, checkOnly: flags.has("check"), json });
  }
}

const LONGEST_TIMEOUT_SECONDS = 1_000_000;

interface Given {
  readonly flags: ReadonlySet<string>;
  readonly values: ReadonlyMap<string, string>;
  readonly words: readonly string[];
}

function readOptions(name: ToolName, args: readonly string[]): Result<Given, string> {
  const taken = OPTIONS[name];
  const isFlag = (option: OptionName) => FLAGS.some((flag) => flag === option);
  const options = Object.fromEntries(
    taken.map((option) => [option, { type: isFlag(option) ? ("boolean" as const) : ("string" as const) }]),
  );
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    const given = Object.entries(values);
    return ok({
      flags: new Set(given.flatMap(([option, value]) => (value === true ? [option] : []))),
      values: new Map(given.flatMap(([option, value]) => (typeof value === "string" ? [[option, value]] : []))),
      words: positionals,
    });
  } catch {
    const options = taken.map((option) => (isFlag(option) ? `--${option}` : `--${option} <value>`)).join(", ");
    return fail(`gmq ${name} takes ${options}; see gmq --help`);
  }
}

function parseReplay(words: readonly string[], all: boolean, json: boolean): Result<ToolCommand, string> {
  if (all === words.length > 0) return fail("gmq replay takes --all, or the ids that gmq peek --set-aside shows");
  if (all) return ok({ kind: "replay", ids: undefined, json });
  const ids = words.map(parseCount);
  const wrong = ids.indexOf(undefined);
  if (wrong !== -1) return fail(`"${words[wrong] ?? ""}" is not an id; gmq peek --set-aside shows them`);
  return ok({ kind: "replay", ids: ids.filter((id) => id !== undefined), json });
}

function parseCount(text: string): number | undefined {
  return /^[1-9]\d{0,14}$/.test(text) ? Number(text) : undefined;
}
