/**
 * What a command such as `gwe apps` is: options and operands read by `node:util`, and something to do with them.
 *
 * @example
 * export const greet: Command = defineCommand({
 *   synopsis: "[--json] NAME",
 *   help: ["Greets NAME."],
 *   options: { json: { type: "boolean", help: "print JSON" } },
 *   operands: { min: 1, max: 1 },
 *   run: async ({ values, operands: [name = ""] }, { terminal }) => {
 *     terminal.out(values.json ? `${JSON.stringify({ name })}\n` : `hello ${name}\n`);
 *     return 0;
 *   },
 * });
 */
import { parseArgs } from "node:util";
import type { GatewayPaths } from "@gateway-engine/core/paths";
import { fail, ok, type Result } from "@gateway-engine/core/result";
import { quote } from "./arguments.ts";
import type { Terminal } from "./terminal.ts";

/** Exit status of a command line that cannot be read, as argparse has it. */
export const EX_ARGPARSE = 2;

export interface CommandContext {
  readonly terminal: Terminal;
  readonly paths: GatewayPaths;
  /** What relative paths start from. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Aborts when the command is told to stop; loaded only by commands that take time. */
  readonly untilSignalled: () => Promise<AbortSignal>;
}

/** A line that somebody has typed after the command's name. */
export interface CommandLine {
  /** `gwe apps`, for messages. */
  readonly program: string;
  readonly args: readonly string[];
}

export interface Command {
  /** @returns the exit status */
  run(line: CommandLine, context: CommandContext): Promise<number>;
}

/** One row of a table of commands; its file is loaded when it is used. */
export interface CommandEntry {
  readonly name: string;
  /** One line for the list in `gwe -h`. */
  readonly summary: string;
  readonly load: () => Promise<Command>;
}

export interface CommandOption {
  readonly type: "boolean" | "string";
  readonly short?: string;
  /** Stands for the value of a "string". */
  readonly metavar?: string;
  /** It may be given several times; without it, the last one counts. */
  readonly multiple?: true;
  readonly help: string;
}

type CommandOptions = Readonly<Record<string, CommandOption>>;

export type CommandValues<Options extends CommandOptions> = {
  readonly [Name in keyof Options]?: CommandValue<Options[Name]>;
};

type CommandValue<Option extends CommandOption> = Option["type"] extends "boolean"
  ? boolean
  : Option extends { readonly multiple: true }
    ? readonly string[]
    : string;

export interface CommandArguments<Options extends CommandOptions> {
  readonly values: CommandValues<Options>;
  readonly operands: readonly string[];
}

export interface CommandDefinition<Options extends CommandOptions> {
  /** What stands after the name in the usage line. */
  readonly synopsis: string;
  /** What it does and what it answers with, one string a line. */
  readonly help: readonly string[];
  readonly options: Options;
  /** How many arguments that are no options it takes. */
  readonly operands: { readonly min: number; readonly max: number };
  /** @returns the exit status @throws CommandLineError when an argument has no meaning */
  readonly run: (args: CommandArguments<Options>, context: CommandContext) => Promise<number>;
}

/** A value that a command does not take; said in argparse's words, with the usage line. */
export class CommandLineError extends Error {}

/** Reads the arguments, answers `-h`, and says what is wrong with a line that cannot be read. */
export function defineCommand<const Options extends CommandOptions>(definition: CommandDefinition<Options>): Command {
  return {
    run: async ({ program, args }, context) => {
      const { terminal } = context;
      const read = readArguments(definition, args);
      if (read.ok && read.value === "help") {
        terminal.out(helpOf(program, definition));
        return 0;
      }
      try {
        if (!read.ok) throw new CommandLineError(read.problem);
        if (read.value === "help") return 0;
        return await definition.run(read.value, context);
      } catch (error) {
        if (!(error instanceof CommandLineError)) throw error;
        terminal.err(`${usageOf(program, definition)}${program}: error: ${error.message}\n`);
        return EX_ARGPARSE;
      }
    },
  };
}

type AnyDefinition = Omit<CommandDefinition<CommandOptions>, "run">;

function readArguments<Options extends CommandOptions>(
  definition: CommandDefinition<Options>,
  args: readonly string[],
): Result<CommandArguments<Options> | "help", string> {
  const options = { help: HELP, ...definition.options };
  // Not strict, since the messages are to be ours: every token is looked at below.
  const { values, positionals, tokens } = parseArgs({ args: [...args], options, strict: false, tokens: true });
  if (tokens.some((token) => token.kind === "option" && token.name === "help")) return ok("help");
  for (const token of tokens) {
    if (token.kind !== "option") continue;
    const problem = optionProblem(token, options);
    if (problem !== undefined) return fail(problem);
  }
  const { min, max } = definition.operands;
  if (positionals.length < min) return fail(`expected ${definition.synopsis}`);
  if (positionals.length > max) return fail(`unrecognized arguments: ${positionals.slice(max).join(" ")}`);
  return ok({ values, operands: positionals });
}

interface OptionToken {
  readonly name: string;
  readonly rawName: string;
  readonly value: string | undefined;
  readonly inlineValue: boolean | undefined;
}

function optionProblem({ name, rawName, value, inlineValue }: OptionToken, options: CommandOptions) {
  const option = options[name];
  if (option === undefined) return `unrecognized arguments: ${rawName}${inlineValue ? `=${value}` : ""}`;
  if (option.type === "boolean") {
    return value === undefined ? undefined : `argument ${rawName}: ignored explicit argument ${quote(value)}`;
  }
  const isMissing = value === undefined || (!inlineValue && value.startsWith("-"));
  return isMissing ? `argument ${rawName}: expected one argument` : undefined;
}

const HELP = { type: "boolean", short: "h", help: "show this help message and exit" } as const satisfies CommandOption;

function usageOf(program: string, { synopsis }: AnyDefinition): string {
  return `usage: ${program} [-h]${synopsis === "" ? "" : ` ${synopsis}`}\n`;
}

function helpOf(program: string, definition: AnyDefinition): string {
  const options = Object.entries({ help: HELP, ...definition.options }).map(
    ([name, option]: [string, CommandOption]) => {
      const short = option.short === undefined ? "" : `-${option.short}, `;
      const value = option.type === "boolean" ? "" : ` ${option.metavar ?? name.toUpperCase()}`;
      return `  ${`${short}--${name}${value}`.padEnd(HELP_COLUMN)}${option.help}\n`;
    },
  );
  const text = definition.help.map((line) => `${line}\n`).join("");
  return `${usageOf(program, definition)}\n${text}\noptions:\n${options.join("")}`;
}

const HELP_COLUMN = 22;
