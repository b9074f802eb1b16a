import type { HistoryEntry } from "@gateway-engine/protocol/local-control";
import { askEngine } from "../app-control.ts";
import { type Command, CommandLineError, defineCommand } from "../command.ts";
import { printJson, printTable, timeOf } from "../printing.ts";

export const history: Command = defineCommand({
  synopsis: "[--limit N] [--json] [APP]",
  help: ["Lists what was ordered for the gateway, or for one application, and what came of it; the newest comes last."],
  options: {
    limit: { type: "string", short: "n", metavar: "N", help: "the last N orders (20)" },
    json: { type: "boolean", help: "print JSON" },
  },
  operands: { min: 0, max: 1 },
  run: async ({ values, operands: [app] }, context) => {
    const limit = readLimit(values.limit ?? "20");
    const answer = await askEngine(context, (control, signal) => control.history({ app, limit }, signal));
    const { terminal } = context;
    if (values.json) printJson(terminal, answer);
    else if (answer.orders.length === 0) terminal.out("nothing was ordered\n");
    else printTable(terminal, [["ORDERED", "BY", "WHAT", "STATE", "MESSAGE"], ...answer.orders.map(row)]);
    return 0;
  },
});

function readLimit(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new CommandLineError(`argument --limit: invalid int value: '${text}'`);
}

function row({ orderedAt, source, verb, name, state, message }: HistoryEntry): readonly string[] {
  return [timeOf(orderedAt), source, `${verb} ${name}`.trimEnd(), state, message];
}
