import { quote } from "./arguments.ts";
import { type Command, type CommandEntry, EX_ARGPARSE } from "./command.ts";

/**
 * A command that is a table of commands, as `gwe keys init`.
 *
 * @param summary what they have in common, for its help
 */
export function commandGroup(summary: string, entries: readonly CommandEntry[]): Command {
  return {
    run: async ({ program, args }, context) => {
      const [name, ...rest] = args;
      const entry = entries.find((candidate) => candidate.name === name);
      if (entry !== undefined) {
        return (await entry.load()).run({ program: `${program} ${entry.name}`, args: rest }, context);
      }
      const usage = `usage: ${program} {${entries.map((candidate) => candidate.name).join(",")}} ...\n`;
      if (name === "-h" || name === "--help") {
        context.terminal.out(`${usage}\n${summary}\n\ncommands:\n${commandList(entries)}`);
        return 0;
      }
      const problem = name === undefined ? "expected a command" : `invalid choice: ${quote(name)}`;
      context.terminal.err(`${usage}${program}: error: ${problem}\n`);
      return EX_ARGPARSE;
    },
  };
}

/** The commands, one a line, for a help text. */
export function commandList(entries: readonly CommandEntry[]): string {
  return entries.map(({ name, summary }) => `  ${name.padEnd(NAME_COLUMN)}${summary}\n`).join("");
}

const NAME_COLUMN = 22;
