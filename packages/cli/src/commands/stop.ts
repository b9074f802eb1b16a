import { type Command, defineCommand } from "../command.ts";
import { carryOutOrder } from "../order-command.ts";

export const stop: Command = defineCommand({
  synopsis: "[--json] APP",
  help: [
    "Stops the programs of an application. They stay stopped until gwe start, until a new version is installed, or until the",
    "supervisor itself is started again.",
  ],
  options: { json: { type: "boolean", help: "print JSON" } },
  operands: { min: 1, max: 1 },
  run: ({ values, operands: [name] }, context) => carryOutOrder({ stop: [{ name }] }, context, values.json),
});
