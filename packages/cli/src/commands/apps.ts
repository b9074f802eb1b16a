import type { AppStatus } from "@gateway-engine/protocol/local-control";
import { askEngine } from "../app-control.ts";
import { type Command, defineCommand } from "../command.ts";
import { printJson, printTable, timeOf } from "../printing.ts";

export const apps: Command = defineCommand({
  synopsis: "[--json]",
  help: [
    "Lists the installed applications: the version in force, the state of the program, since when the version is",
    "in force, and what is ordered.",
  ],
  options: { json: { type: "boolean", help: "print JSON" } },
  operands: { min: 0, max: 0 },
  run: async ({ values }, context) => {
    const { terminal } = context;
    const answer = await askEngine(context, (control, signal) => control.apps(signal));
    if (values.json) printJson(terminal, answer);
    else if (answer.apps.length === 0) terminal.out("no application is installed\n");
    else printTable(terminal, [["NAME", "VERSION", "STATE", "SINCE", "ORDERED"], ...answer.apps.map(row)]);
    return 0;
  },
});

function row({ name, version, state, since, ordered }: AppStatus): readonly string[] {
  const order =
    ordered === null ? "" : `${ordered.verb === "install" ? "" : `${ordered.verb} `}${ordered.name} (${ordered.state})`;
  return [name, version ?? "-", state, since === null ? "-" : timeOf(since), order];
}
