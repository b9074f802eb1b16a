import { InstallError } from "@gateway-engine/core/errors";
import type { AppStatus } from "@gateway-engine/protocol/local-control";
import { askEngine } from "../app-control.ts";
import { type Command, defineCommand } from "../command.ts";
import { printJson } from "../printing.ts";
import { whyLines } from "../why-words.ts";

export const why: Command = defineCommand({
  synopsis: "[--json] APP",
  help: [
    "Tells why an application is at the version that it is at, and not at the one that was ordered: the chain of events.",
  ],
  options: { json: { type: "boolean", help: "print JSON" } },
  operands: { min: 1, max: 1 },
  run: async ({ values, operands: [name = ""] }, context) => {
    const { apps, orders } = await askEngine(context, async (control, signal) => ({
      ...(await control.apps(signal)),
      ...(await control.history({ app: name, limit: MAX_ORDERS }, signal)),
    }));
    const known = apps.find((app) => app.name === name);
    if (known === undefined && orders.length === 0) throw unknown(name, apps);
    const app = known ?? { name, version: null, state: "not installed", since: null, ordered: null };
    if (values.json) printJson(context.terminal, { app, orders });
    else context.terminal.out(`${whyLines(app, orders).join("\n")}\n`);
    return 0;
  },
});

const MAX_ORDERS = 100;

function unknown(app: string, apps: readonly AppStatus[]): InstallError {
  const installed = apps.map(({ name }) => name).join(", ") || "nothing";
  return new InstallError("E_APP_UNKNOWN", { app, installed });
}
