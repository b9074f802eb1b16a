import { type Command, defineCommand } from "../command.ts";
import { carryOutOrder } from "../order-command.ts";

export const start: Command = defineCommand({
  synopsis: "[--json] APP",
  help: ["Starts the programs of an application."],
  options: { json: { type: "boolean", help: "print JSON" } },
  operands: { min: 1, max: 1 },
  run: ({ values, operands: [name] }, context) => carryOutOrder({ start: [{ name }] }, context, values.json),
});
