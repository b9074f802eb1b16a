import { type Command, type CommandContext, defineCommand } from "../command.ts";
import type { Finding } from "../doctor/check.ts";
import { exitStatusOf } from "../doctor/examine.ts";
import { examineGateway } from "../doctor/examine-gateway.ts";
import { findingLine } from "../doctor/show.ts";
import { paintFor } from "../paint.ts";
import { printJson } from "../printing.ts";

export const doctor: Command = defineCommand({
  synopsis: "[--json]",
  help: [
    "Looks at configuration, permissions, disk, runtime, clock, the way to the server, supervisor, engine, queue and trust:",
    "one line for each finding, and what to do about it. Nothing is changed.",
    "Exit status: 0 when all is well, 1 when something may go wrong, 2 when something is wrong.",
  ],
  options: { json: { type: "boolean", help: "print JSON" } },
  operands: { min: 0, max: 0 },
  run: async ({ values }, context) => {
    const signal = await context.untilSignalled();
    const findings = await examineGateway(context, signal, values.json ? () => {} : shower(context));
    if (values.json) printJson(context.terminal, { findings });
    return exitStatusOf(findings);
  },
});

function shower({ terminal, environment }: CommandContext): (finding: Finding) => void {
  const paint = paintFor(terminal, environment);
  return (finding) => terminal.out(findingLine(finding, paint));
}
