import type { AlertEvent } from "@gateway-engine/protocol/alert-event";
import type { AlertsAnswer, ToldAlertEvent } from "@gateway-engine/protocol/local-control";
import { type Command, defineCommand } from "../command.ts";
import { printJson, printTable, timeOf } from "../printing.ts";
import type { Terminal } from "../terminal.ts";

export const alerts: Command = defineCommand({
  synopsis: "[--json]",
  help: ["Lists the alerts that are raised now, and what was told last; the newest comes last."],
  options: { json: { type: "boolean", help: "print JSON" } },
  operands: { min: 0, max: 0 },
  run: async ({ values }, { paths, terminal, untilSignalled }) => {
    const { toldAlerts } = await import("@gateway-engine/engine/alerts");
    const answer = await toldAlerts(paths, await untilSignalled());
    if (values.json) printJson(terminal, answer);
    else print(terminal, answer);
    return 0;
  },
});

function print(terminal: Terminal, { raised, events }: AlertsAnswer): void {
  if (raised.length === 0) terminal.out("no alert is raised\n");
  else printTable(terminal, [["SINCE", "KIND", "MESSAGE"], ...raised.map(raisedRow)]);
  if (events.length === 0) return;
  terminal.out("\n");
  printTable(terminal, [["TOLD", "KIND", "STATE", "SENT", "MESSAGE"], ...events.map(eventRow)]);
}

function raisedRow({ at, kind, message }: AlertEvent): readonly string[] {
  return [timeOf(at), kind, message];
}

function eventRow({ at, kind, state, sent, message }: ToldAlertEvent): readonly string[] {
  return [timeOf(at), kind, state, sent ? "yes" : "not yet", message];
}
