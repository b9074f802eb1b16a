import { type Command, defineCommand } from "../command.ts";

export const install: Command = defineCommand({
  synopsis: "[--verbose] FILE ...",
  help: ["Installs package files, one after the other, and says of each how it went; as gwe --install-apps does."],
  options: { verbose: { type: "boolean", help: "show every step, and what install.sh prints" } },
  operands: { min: 1, max: Number.POSITIVE_INFINITY },
  run: async ({ values, operands }, { terminal, environment, folder, untilSignalled }) => {
    const actions = await import("../actions/install.ts");
    const debugLevel = values.verbose === true ? "DEBUG" : "ERROR";
    return actions.install(operands, { terminal, environment, folder, debugLevel, signal: await untilSignalled() });
  },
});
