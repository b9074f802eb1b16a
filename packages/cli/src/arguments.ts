/**
 * Reads an argument list as Python's argparse does, which is what users of `gwe` have in their fingers and scripts:
 * options in any order, `--option=value`, `-dDEBUG`, `-vp` for `-v -p`, and long options cut short while they stay unambiguous.
 *
 * @see https://docs.python.org/3/library/argparse.html#prefix-matching
 */
import { fail, ok, type Result } from "@gateway-engine/core/result";
import { OPTIONS, type OptionName, type OptionSpec } from "./options.ts";

/** The options that were given, each with its values; of a repeated option the last one counts. */
export type ParsedOptions = ReadonlyMap<OptionName, readonly string[]>;

/**
 * @returns the options; or, in argparse's words, what is wrong with them.
 * As in argparse, `help` counts as soon as it is read: whatever follows it, wrong or not, is left unread.
 */
export function parseArguments(args: readonly string[]): Result<ParsedOptions, string> {
  const reader = new ArgumentReader(args);
  const problem = reader.read();
  return problem === undefined ? ok(reader.options) : fail(problem);
}

/** How the option is called in error messages: `-t/--set-update-interval`. */
export function optionTitle(name: OptionName): string {
  return OPTIONS.find((spec) => spec.name === name)?.flags.join("/") ?? name;
}

/** A string as Python prints it in messages. */
export function quote(text: string): string {
  const mark = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text
    .replace(/[\\\p{Cc}]/gu, (char) => SHORT_ESCAPES[char] ?? `\\x${char.charCodeAt(0).toString(16).padStart(2, "0")}`)
    .replaceAll(mark, `\\${mark}`);
  return `${mark}${escaped}${mark}`;
}

const SHORT_ESCAPES: Readonly<Record<string, string>> = { "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t" };

type Word =
  | { readonly kind: "value" }
  /** Everything after it is a value. */
  | { readonly kind: "separator" }
  | { readonly kind: "unknown" }
  | { readonly kind: "ambiguous"; readonly problem: string }
  | { readonly kind: "option"; readonly spec: OptionSpec; readonly flag: string; readonly attached?: string };

class ArgumentReader {
  readonly options = new Map<OptionName, readonly string[]>();
  readonly #args: readonly string[];
  readonly #words: readonly Word[];
  readonly #unrecognized: string[] = [];
  #at = 0;

  constructor(args: readonly string[]) {
    this.#args = args;
    const separator = args.indexOf("--");
    this.#words = args.map((argument, index) => {
      if (separator !== -1 && index >= separator) return { kind: index === separator ? "separator" : "value" };
      return classify(argument);
    });
  }

  read(): string | undefined {
    const ambiguous = this.#words.find((word) => word.kind === "ambiguous");
    if (ambiguous !== undefined) return ambiguous.problem;
    while (this.#at < this.#args.length) {
      const word = this.#words[this.#at];
      const argument = this.#args[this.#at] ?? "";
      this.#at += 1;
      if (word?.kind !== "option") {
        this.#unrecognized.push(argument);
        continue;
      }
      const problem = this.#take(word.spec, word.flag, word.attached);
      if (problem !== undefined) return problem;
      if (this.options.has("help")) return undefined;
    }
    return this.#unrecognized.length === 0 ? undefined : `unrecognized arguments: ${this.#unrecognized.join(" ")}`;
  }

  #take(spec: OptionSpec, flag: string, attached: string | undefined): string | undefined {
    if (spec.takes === "nothing") return this.#takeFlag(spec, flag, attached);
    if (attached !== undefined) return this.#set(spec, [attached]);
    const values = this.#followingValues(spec.takes === "one" ? 1 : Number.POSITIVE_INFINITY);
    if (values.length > 0) return this.#set(spec, values);
    return `argument ${title(spec)}: expected ${spec.takes === "one" ? "one" : "at least one"} argument`;
  }

  /** `-vp`: what is attached to a short option without a value is the next short option. */
  #takeFlag(spec: OptionSpec, flag: string, attached: string | undefined): string | undefined {
    if (attached === undefined) return this.#set(spec, []);
    const ignored = `argument ${title(spec)}: ignored explicit argument ${quote(attached)}`;
    if (flag.startsWith("--") || attached === "") return ignored;
    const next = exactOption(`-${attached.charAt(0)}`);
    if (next === undefined) return ignored;
    this.#set(spec, []);
    if (spec.name === "help") return undefined;
    return this.#take(next, `-${attached.charAt(0)}`, attached.slice(1) || undefined);
  }

  #followingValues(limit: number): readonly string[] {
    const start = this.#at;
    while (this.#at - start < limit && this.#words[this.#at]?.kind === "value") this.#at += 1;
    return this.#args.slice(start, this.#at);
  }

  #set(spec: OptionSpec, values: readonly string[]): string | undefined {
    const wrong = spec.choices === undefined ? undefined : values.find((value) => !spec.choices?.includes(value));
    if (wrong !== undefined) {
      const choices = spec.choices?.map(quote).join(", ");
      return `argument ${title(spec)}: invalid choice: ${quote(wrong)} (choose from ${choices})`;
    }
    this.options.set(spec.name, values);
    return undefined;
  }
}

function classify(argument: string): Word {
  if (!argument.startsWith("-") || argument === "-") return { kind: "value" };
  const exact = exactOption(argument);
  if (exact !== undefined) return { kind: "option", spec: exact, flag: argument };
  const matches = argument.startsWith("--") ? matchLong(argument) : matchShort(argument);
  const [match] = matches;
  if (match !== undefined && new Set(matches.map(({ spec }) => spec.name)).size > 1) {
    const flags = matches.map(({ flag }) => flag).join(", ");
    return { kind: "ambiguous", problem: `ambiguous option: ${argument} could match ${flags}` };
  }
  if (match !== undefined) return { kind: "option", ...match };
  if (/^-\d+$|^-\d*\.\d+$/.test(argument) || argument.includes(" ")) return { kind: "value" };
  return { kind: "unknown" };
}

interface Match {
  readonly spec: OptionSpec;
  readonly flag: string;
  readonly attached?: string;
}

function matchLong(argument: string): readonly Match[] {
  const [, prefix = argument, attached] = /^([^=]*)=(.*)$/s.exec(argument) ?? [];
  const matches = allFlags().filter(({ flag }) => flag.startsWith(prefix));
  const exact = matches.filter(({ flag }) => flag === prefix);
  return (exact.length > 0 ? exact : matches).map((match) => (attached === undefined ? match : { ...match, attached }));
}

function matchShort(argument: string): readonly Match[] {
  const spec = exactOption(argument.slice(0, 2));
  if (spec === undefined) return [];
  const equals = argument.charAt(2) === "=";
  return [{ spec, flag: argument.slice(0, 2), attached: argument.slice(equals ? 3 : 2) }];
}

function exactOption(flag: string): OptionSpec | undefined {
  return OPTIONS.find((spec) => spec.flags.includes(flag));
}

function allFlags(): readonly Match[] {
  return OPTIONS.flatMap((spec) => spec.flags.map((flag) => ({ spec, flag })));
}

function title(spec: OptionSpec): string {
  return spec.flags.join("/");
}
