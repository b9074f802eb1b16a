import {
  TRAFFIC_GROUPINGS,
  type TrafficAnswer,
  type TrafficGrouping,
  type TrafficRowAnswer,
} from "@gateway-engine/protocol/local-control";
import { askEngine } from "../app-control.ts";
import { type Command, CommandLineError, defineCommand } from "../command.ts";
import { formatBytes } from "../figures.ts";
import { printJson, printTable, timeOf } from "../printing.ts";

export const data: Command = defineCommand({
  synopsis: "[--by app|interface|purpose|class] [--days N] [--json]",
  help: [
    "Shows what was sent and received, the most first: by application and purpose, what their connections carried;",
    "by interface and class of interface, everything that passed. A ~ marks figures that were sampled or estimated.",
  ],
  options: {
    by: { type: "string", metavar: "BY", help: "app, interface, purpose or class (app)" },
    days: { type: "string", metavar: "N", help: "today and the N-1 days before it, in UTC (30)" },
    json: { type: "boolean", help: "print JSON" },
  },
  operands: { min: 0, max: 0 },
  run: async ({ values }, context) => {
    const query = { by: readGrouping(values.by ?? "app"), days: readDays(values.days ?? "30") };
    const answer = await askEngine(context, (control, signal) => control.traffic(query, signal));
    const { terminal } = context;
    if (values.json) printJson(terminal, answer);
    else if (answer.rows.length === 0) terminal.out(`nothing was counted since ${timeOf(answer.since)}\n`);
    else printTable(terminal, tableOf(answer));
    return 0;
  },
});

function readGrouping(text: string): TrafficGrouping {
  const grouping = TRAFFIC_GROUPINGS.find((known) => known === text);
  if (grouping !== undefined) return grouping;
  throw new CommandLineError(`argument --by: invalid choice: '${text}' (choose from ${TRAFFIC_GROUPINGS.join(", ")})`);
}

function readDays(text: string): number {
  if (/^[1-9]\d{0,2}$/.test(text) && Number(text) <= MAX_DAYS) return Number(text);
  throw new CommandLineError(`argument --days: expected a number from 1 to ${MAX_DAYS}, not '${text}'`);
}

/** As many as the gateway keeps. */
const MAX_DAYS = 400;

const HEADS: Readonly<Record<TrafficGrouping, readonly string[]>> = {
  app: ["APPLICATION"],
  purpose: ["APPLICATION", "PURPOSE"],
  interface: ["INTERFACE", "CLASS"],
  class: ["CLASS"],
};

/** Of interfaces no requests are known, and nothing has to be estimated. */
function tableOf({ by, rows }: TrafficAnswer): readonly (readonly string[])[] {
  const isOfInterfaces = by === "interface" || by === "class";
  const figures = isOfInterfaces ? ["RECEIVED", "SENT"] : ["REQUESTS", "RECEIVED", "SENT", "ON THE WIRE"];
  const cells = rows.map((row) => [...row.key, ...(isOfInterfaces ? bytesOf(row) : requestsOf(row))]);
  return [[...HEADS[by], ...figures], ...cells];
}

function bytesOf({ received, sent, exact }: TrafficRowAnswer): readonly string[] {
  const mark = exact ? "" : "~";
  return [`${mark}${formatBytes(received)}`, `${mark}${formatBytes(sent)}`];
}

function requestsOf(row: TrafficRowAnswer): readonly string[] {
  return [String(row.requests), ...bytesOf(row), `~${formatBytes(row.wireReceived + row.wireSent)}`];
}
