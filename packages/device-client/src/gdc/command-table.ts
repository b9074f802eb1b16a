/** Commands by their names, and the one way to find one and to say how it is used. */
import { UsageError } from "@gateway-engine/core/errors";

export interface Command<Context> {
  /** Name and arguments, as after `gdc <group>`. */
  readonly usage: string;
  readonly minArgs: number;
  readonly maxArgs: number;
  /** @returns the exit status */
  readonly run: (context: Context, args: readonly string[]) => Promise<number>;
}

export type CommandTable<Context> = Readonly<Record<string, Command<Context>>>;

export const ANY_NUMBER: number = Number.POSITIVE_INFINITY;
export const EXIT_OK = 0;

/**
 * Finds the command that `words` begin with; a name is one word or two.
 *
 * @param group what stands before the command: `gdc http`
 * @throws UsageError that says what there is
 */
export function findCommand<Context>(
  group: string,
  table: CommandTable<Context>,
  words: readonly string[],
): (context: Context) => Promise<number> {
  const depth = Object.hasOwn(table, words.slice(0, 2).join(" ")) ? 2 : 1;
  const name = words.slice(0, depth).join(" ");
  const args = words.slice(depth);
  const command = Object.hasOwn(table, name) ? table[name] : undefined;
  if (command === undefined) {
    const problem = name === "" ? `${group} needs a command` : `there is no command "${group} ${name}"`;
    throw new UsageError("E_USAGE", { problem: `${problem}; there are: ${Object.keys(table).join(", ")}` });
  }
  if (args.length < command.minArgs || args.length > command.maxArgs) throw wrongUse(group, command);
  return (context) => command.run(context, args);
}

export function wrongUse(group: string, command: { readonly usage: string } | undefined): UsageError {
  return new UsageError("E_USAGE", { problem: `expected: ${group} ${command?.usage ?? "<command>"}` });
}

/** Arguments in groups of `size`. @returns undefined when they do not come out even */
export function inGroups(args: readonly string[], size: number): readonly (readonly string[])[] | undefined {
  if (args.length % size !== 0) return undefined;
  return Array.from({ length: args.length / size }, (_none, index) => args.slice(index * size, (index + 1) * size));
}

/** Seconds since 1970, or, when negative, that long ago; fractions are allowed. */
export function isTime(text: string): boolean {
  return /^-?\d+(\.\d+)?$/.test(text);
}
