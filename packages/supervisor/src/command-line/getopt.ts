/**
 * Options as the original reads them: letters that share a dash, values that follow their letter, long names that may
 * be cut short. What is wrong is said in its words.
 *
 * @see https://docs.python.org/3/library/getopt.html
 */
import { fail, ok, type Result } from "@gateway-engine/core/result";
import { pythonRepr } from "../config/python-repr.ts";

export interface OptionSpec {
  /** Those that stand for it, behind one dash; may be none. */
  readonly letters: string;
  readonly takesValue: boolean;
}

export type OptionSpecs<Name extends string> = Readonly<Record<Name, OptionSpec>>;

export interface GivenOption<Name extends string> {
  readonly name: Name;
  /** `-n` or `--nodaemon`, for messages. */
  readonly written: string;
  /** Empty for an option without. */
  readonly value: string;
}

export interface CommandLine<Name extends string> {
  readonly options: readonly GivenOption<Name>[];
  /** From the first word on that is no option. */
  readonly rest: readonly string[];
}

export function getopt<Name extends string>(
  argv: readonly string[],
  specs: OptionSpecs<Name>,
): Result<CommandLine<Name>, string> {
  const options: GivenOption<Name>[] = [];
  const words = [...argv];
  for (let word = words[0]; word?.startsWith("-") && word !== "-"; word = words[0]) {
    words.shift();
    if (word === "--") break;
    const taken = word.startsWith("--") ? takeLong(word, words, specs) : takeLetters(word, words, specs);
    if (!taken.ok) return taken;
    options.push(...taken.value);
  }
  return ok({ options, rest: words });
}

/** @returns the options by name, or the first that is given more than once */
export function eachOnce<Name extends string>(
  options: readonly GivenOption<Name>[],
): Result<ReadonlyMap<Name, GivenOption<Name>>, string> {
  const given = new Map<Name, GivenOption<Name>>();
  for (const option of options) {
    if (given.has(option.name)) return fail(`conflicting command line option ${pythonRepr(option.written)}`);
    given.set(option.name, option);
  }
  return ok(given);
}

type Taken<Name extends string> = Result<readonly GivenOption<Name>[], string>;

/** @param words those that follow; a value is taken from them */
function takeLong<Name extends string>(word: string, words: string[], specs: OptionSpecs<Name>): Taken<Name> {
  const [begun = "", inline] = word.slice(2).split(/=(.*)/s);
  const names = Object.keys(specs) as Name[];
  const found = names.filter((name) => name === begun);
  if (found.length === 0) found.push(...names.filter((name) => name.startsWith(begun)));
  const [name] = found;
  if (name === undefined) return fail(`option --${begun} not recognized`);
  if (found.length > 1) return fail(`option --${begun} not a unique prefix`);
  if (!specs[name].takesValue && inline !== undefined) return fail(`option --${name} must not have an argument`);
  const value = specs[name].takesValue ? (inline ?? words.shift()) : "";
  return value === undefined ? fail(`option --${name} requires argument`) : ok([{ name, written: `--${name}`, value }]);
}

function takeLetters<Name extends string>(word: string, words: string[], specs: OptionSpecs<Name>): Taken<Name> {
  const names = Object.keys(specs) as Name[];
  const taken: GivenOption<Name>[] = [];
  for (let at = 1; at < word.length; at += 1) {
    const letter = word.charAt(at);
    const written = `-${letter}`;
    const name = names.find((candidate) => specs[candidate].letters.includes(letter));
    if (name === undefined) return fail(`option ${written} not recognized`);
    if (!specs[name].takesValue) {
      taken.push({ name, written, value: "" });
      continue;
    }
    const value = word.slice(at + 1) || words.shift();
    if (value === undefined) return fail(`option ${written} requires argument`);
    return ok([...taken, { name, written, value }]);
  }
  return ok(taken);
}
