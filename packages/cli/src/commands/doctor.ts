import { resolve } from "node:path";
import { nodeFiles } from "@gateway-engine/platform/files";
import { type Command, type CommandContext, defineCommand } from "../command.ts";
import type { Finding } from "../doctor/check.ts";
import { exitStatusOf } from "../doctor/examine.ts";
import { examineGateway } from "../doctor/examine-gateway.ts";
import { findingLine } from "../doctor/show.ts";
import { paintFor } from "../paint.ts";
import { printJson } from "../printing.ts";

export const doctor: Command = defineCommand({
  synopsis: "[--json] [--bundle FILE]",
  help: [
    "Looks at configuration, permissions, disk, runtime, clock, the way to the server, supervisor, engine, queue and trust:",
    "one line for each finding, and what to do about it. Nothing is changed.",
    "Exit status: 0 when all is well, 1 when something may go wrong, 2 when something is wrong.",
  ],
  options: {
    json: { type: "boolean", help: "print JSON" },
    bundle: { type: "string", metavar: "FILE", help: "also write a .tar.gz for support, without secrets" },
  },
  operands: { min: 0, max: 0 },
  run: async ({ values }, context) => {
    const signal = await context.untilSignalled();
    const findings = await examineGateway(context, signal, values.json ? () => {} : shower(context));
    if (values.json) printJson(context.terminal, { findings });
    if (values.bundle !== undefined) await writeBundle(values.bundle, findings, context);
    return exitStatusOf(findings);
  },
});

async function writeBundle(file: string, findings: readonly Finding[], context: CommandContext): Promise<void> {
  const { makeBundle } = await import("../bundle/make-bundle.ts");
  const path = resolve(context.folder, file);
  const bytes = await makeBundle(context, findings, await context.untilSignalled());
  await nodeFiles.writeAtomic(path, bytes, 0o600);
  const size = Math.ceil(bytes.length / 1000);
  context.terminal.err(`${path} (${size} kB) is for support; every secret that was found in it is masked\n`);
}

function shower({ terminal, environment }: CommandContext): (finding: Finding) => void {
  const paint = paintFor(terminal, environment);
  return (finding) => terminal.out(findingLine(finding, paint));
}
