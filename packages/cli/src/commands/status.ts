import { type Command, defineCommand } from "../command.ts";
import { paintFor } from "../paint.ts";
import { printJson } from "../printing.ts";
import { troublesOf } from "../status/judge.ts";
import { readState } from "../status/read-state.ts";
import { statusLines } from "../status/show.ts";

export const status: Command = defineCommand({
  synopsis: "[--json]",
  help: [
    "Shows how the gateway is, on one screen: who it is, its server, queue, network, disk, applications and installs;",
    "what is wrong, and what to do about it. It also works, with less to show, when no engine runs.",
    "Exit status: 0 when all is well, 1 when something is wrong.",
  ],
  options: { json: { type: "boolean", help: "print JSON" } },
  operands: { min: 0, max: 0 },
  run: async ({ values }, context) => {
    const { terminal, environment } = context;
    const state = await readState(context, await context.untilSignalled());
    const troubles = troublesOf(state);
    if (values.json) printJson(terminal, { ...state, troubles });
    else terminal.out(`${statusLines(state, troubles, paintFor(terminal, environment)).join("\n")}\n`);
    return troubles.length === 0 ? 0 : 1;
  },
});
