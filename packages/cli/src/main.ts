/** `gwe`: the command line of the gateway engine; without arguments, the engine itself. */
import { exitCodeFor, failureText } from "@gateway-engine/core/errors";
import { parseArguments } from "./arguments.ts";
import { formatHelp, formatUsage } from "./help.ts";
import { planActions } from "./plan.ts";
import type { Terminal } from "./terminal.ts";

/** argparse's exit status for a command line it cannot read. */
const EX_ARGPARSE = 2;

const terminal: Terminal = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
};

// A reader that has seen enough, as `gwe -h | head -1`, is no failure.
process.stdout.on("error", () => process.exit());

void main(process.argv.slice(2)).then((status) => {
  process.exitCode = status;
});

async function main(args: readonly string[]): Promise<number> {
  const parsed = parseArguments(args);
  if (!parsed.ok) return usageError(parsed.problem);
  if (parsed.value.has("help")) {
    terminal.out(formatHelp());
    return 0;
  }
  const plan = planActions(parsed.value);
  if (!plan.ok) return usageError(plan.problem);
  try {
    const { carryOut } = await import("./compose.ts");
    return await carryOut(plan.value, terminal);
  } catch (error) {
    terminal.err(failureText("gwe", error));
    return exitCodeFor(error);
  }
}

function usageError(problem: string): number {
  terminal.err(`${formatUsage()}gwe: error: ${problem}\n`);
  return EX_ARGPARSE;
}
