/** `gwe`: the command line of the gateway engine; without arguments, the engine itself. */
import { exitCodeFor, failureText } from "@gateway-engine/core/errors";
import { parseArguments } from "./arguments.ts";
import { EX_ARGPARSE } from "./command.ts";
import { COMMANDS } from "./commands.ts";
import { formatHelp, formatUsage } from "./help.ts";
import { planActions } from "./plan.ts";
import type { Terminal } from "./terminal.ts";

const terminal: Terminal = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  ...(process.stderr.isTTY ? { columns: process.stderr.columns } : {}),
  ...(process.stdout.isTTY ? { colours: true } : {}),
};

// A reader that has seen enough, as `gwe -h | head -1`, is no failure.
process.stdout.on("error", () => process.exit());

void main(process.argv.slice(2)).then((status) => {
  process.exitCode = status;
});

async function main(args: readonly string[]): Promise<number> {
  try {
    const command = COMMANDS.find(({ name }) => name === args[0]);
    if (command === undefined) return await carryOutOptions(args);
    const { commandContext } = await import("./compose.ts");
    const line = { program: `gwe ${command.name}`, args: args.slice(1) };
    return await (await command.load()).run(line, commandContext(terminal));
  } catch (error) {
    terminal.err(failureText("gwe", error));
    return exitCodeFor(error);
  }
}

async function carryOutOptions(args: readonly string[]): Promise<number> {
  const parsed = parseArguments(args);
  if (!parsed.ok) return usageError(parsed.problem);
  if (parsed.value.has("help")) {
    terminal.out(formatHelp());
    return 0;
  }
  const plan = planActions(parsed.value);
  if (!plan.ok) return usageError(plan.problem);
  const { carryOut } = await import("./compose.ts");
  return await carryOut(plan.value, terminal);
}

function usageError(problem: string): number {
  terminal.err(`${formatUsage()}gwe: error: ${problem}\n`);
  return EX_ARGPARSE;
}
