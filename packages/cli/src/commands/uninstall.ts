import { type Command, defineCommand } from "../command.ts";
import { carryOutOrder } from "../order-command.ts";

export const uninstall: Command = defineCommand({
  synopsis: "[--purge] [--force] [--json] APP",
  help: [
    "Takes an application off the gateway: its programs, what its uninstall.sh sees to, and its releases. Its data stays.",
    "When uninstall.sh fails, the application stays too.",
  ],
  options: {
    purge: { type: "boolean", help: "remove its data folder too" },
    force: { type: "boolean", help: "also when its uninstall.sh fails, or others depend on it" },
    json: { type: "boolean", help: "print JSON" },
  },
  operands: { min: 1, max: 1 },
  run: ({ values: { purge = false, force = false, json }, operands: [name] }, context) =>
    carryOutOrder({ uninstall: [{ name, purge, force }] }, context, json),
});
