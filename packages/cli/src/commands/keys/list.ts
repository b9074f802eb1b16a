import { formatInstant } from "@gateway-engine/artifact/trust/instant";
import { type RootStatement, writeRootStatement } from "@gateway-engine/artifact/trust/root-statement";
import { type Command, defineCommand } from "../../command.ts";
import { printJson, printTable } from "../../printing.ts";
import { TRUST_DIR, trustedKeys } from "./key-files.ts";

export const list: Command = defineCommand({
  synopsis: "[--json] [--trust-dir DIR]",
  help: ["Lists the keys whose signatures are taken, and how many of them a package needs."],
  options: { json: { type: "boolean", help: "print JSON" }, "trust-dir": TRUST_DIR },
  operands: { min: 0, max: 0 },
  run: async ({ values }, context) => {
    const { terminal } = context;
    const root = await trustedKeys(values["trust-dir"], context).read();
    if (values.json) {
      printJson(terminal, root === undefined ? { keys: [], revoked: [] } : writeRootStatement(root));
      return 0;
    }
    if (root === undefined) {
      terminal.out("no key is trusted: packages need no signature (gwe keys trust FILE.pub)\n");
      return 0;
    }
    terminal.out(`${summaryOf(root)}\n`);
    printTable(terminal, [["NAME", "STATE", "KEY ID"], ...rowsOf(root)]);
    return 0;
  },
});

/** One line: how many signatures are needed, and which statement this is. */
export function summaryOf({ threshold, keys, version, issued, expires }: RootStatement): string {
  const until = expires === undefined ? "" : `, until ${formatInstant(expires)}`;
  return `${threshold} of ${keys.length} keys must sign; version ${version}, of ${formatInstant(issued)}${until}`;
}

function rowsOf({ keys, revoked }: RootStatement): readonly (readonly string[])[] {
  const trusted = keys.map(({ name, id }) => [name, revoked.includes(id) ? "revoked" : "trusted", id]);
  const gone = revoked.filter((id) => !keys.some((key) => key.id === id)).map((id) => ["-", "revoked", id]);
  return [...trusted, ...gone];
}
