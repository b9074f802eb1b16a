import { type Command, defineCommand } from "../command.ts";
import { carryOutOrder } from "../order-command.ts";

export const rollback: Command = defineCommand({
  synopsis: "[--json] APP",
  help: [
    "Puts the version of an application in force again that was in force before this one, if its release is still on the",
    "gateway. It is installed as any other: its script runs, its program has to earn its trust, and if it does not, the",
    "version of now stays. Done twice, it leads back to where it began.",
  ],
  options: { json: { type: "boolean", help: "print JSON" } },
  operands: { min: 1, max: 1 },
  run: ({ values, operands: [name] }, context) => carryOutOrder({ rollback: [{ name }] }, context, values.json),
});
