/** The help text, laid out as Python's argparse does it for a terminal of 80 columns. */
import { commandList } from "./command-group.ts";
import { COMMANDS } from "./commands.ts";
import { OPTIONS, type OptionSpec } from "./options.ts";

/** argparse keeps two columns free on the right, and starts the explanations in column 24. */
const WIDTH = 78;
const HELP_COLUMN = 24;

export function formatUsage(): string {
  const start = "usage: gwe ";
  const lines: string[] = [];
  let line = start;
  for (const part of originalOptions().map(usagePart)) {
    if (line.length + part.length > WIDTH) {
      lines.push(line.trimEnd());
      line = " ".repeat(start.length);
    }
    line += `${part} `;
  }
  return `${[...lines, line.trimEnd()].join("\n")}\n`;
}

/** The original's help, and after it the options that its README does not list, and the commands. */
export function formatHelp(): string {
  return [
    `${formatUsage()}\n`,
    "optional arguments:\n",
    ...originalOptions().map(helpEntry),
    "\nfurther arguments:\n",
    ...OPTIONS.filter((spec) => spec.later).map(helpEntry),
    "\ncommands (gwe COMMAND -h says more):\n",
    commandList(COMMANDS),
    "\nWithout arguments gwe runs the engine in the foreground.\n",
  ].join("");
}

function originalOptions(): readonly OptionSpec[] {
  return OPTIONS.filter((spec) => spec.later !== true);
}

function usagePart(spec: OptionSpec): string {
  return `[${withValue(spec, spec.flags[0] ?? "")}]`;
}

function helpEntry(spec: OptionSpec): string {
  const invocation = `  ${spec.flags.map((flag) => withValue(spec, flag)).join(", ")}`;
  const indent = " ".repeat(HELP_COLUMN);
  const [first = "", ...rest] = spec.help;
  const head =
    invocation.length <= HELP_COLUMN - 2
      ? `${invocation.padEnd(HELP_COLUMN)}${first}\n`
      : `${invocation}\n${indent}${first}\n`;
  return head + rest.map((line) => `${indent}${line}\n`).join("");
}

function withValue(spec: OptionSpec, flag: string): string {
  const value = spec.choices === undefined ? (spec.metavar ?? "") : `{${spec.choices.join(",")}}`;
  switch (spec.takes) {
    case "nothing":
      return flag;
    case "one":
      return `${flag} ${value}`;
    case "several":
      return `${flag} ${value} [${value} ...]`;
  }
}
