import { type Command, defineCommand } from "../command.ts";
import { carryOutOrder } from "../order-command.ts";

export const restart: Command = defineCommand({
  synopsis: "[--json] APP",
  help: ["Stops the programs of an application and starts them again."],
  options: { json: { type: "boolean", help: "print JSON" } },
  operands: { min: 1, max: 1 },
  run: ({ values, operands: [name] }, context) => carryOutOrder({ restart: [{ name }] }, context, values.json),
});
