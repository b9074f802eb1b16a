import { resolve } from "node:path";
import { formatEnvelope, signStatement } from "@gateway-engine/artifact/trust/envelope";
import { type RootStatement, writeRootStatement } from "@gateway-engine/artifact/trust/root-statement";
import { firstRoot, followRotations } from "@gateway-engine/artifact/trust/rotation";
import { findKey, withRevoked, withThreshold, withTrusted } from "@gateway-engine/artifact/trust/trusted-keys";
import type { Result } from "@gateway-engine/core/result";
import { systemClock } from "@gateway-engine/platform/clock";
import { nodeFiles } from "@gateway-engine/platform/files";
import { type Command, CommandLineError, defineCommand } from "../../command.ts";
import { KEY, readPrivateKeys, readPublicKey, TRUST_DIR, trustedKeys } from "./key-files.ts";
import { summaryOf } from "./list.ts";
import { expiry, wholeNumber, wholeSeconds } from "./values.ts";

export const rotate: Command = defineCommand({
  synopsis: "--key FILE [--add FILE.pub] [--remove KEY] [--revoke KEY] [--out FILE]",
  help: [
    "Makes the next statement about the trusted keys, from those that are trusted here, and signs it. It needs the",
    "signatures of enough of the old keys and of enough of the new ones. Gateways take it from gwe keys trust, or",
    "within a package (gwe keys sign --rotation). What is trusted here stays as it is.",
  ],
  options: {
    key: KEY,
    add: { type: "string", metavar: "FILE.pub", multiple: true, help: "a key to trust besides" },
    remove: { type: "string", metavar: "KEY", multiple: true, help: "name or id of a key that is no longer used" },
    revoke: { type: "string", metavar: "KEY", multiple: true, help: "name or id of a key that must never count again" },
    threshold: { type: "string", metavar: "K", help: "how many of the keys must sign a package" },
    expires: { type: "string", metavar: "WHEN", help: "90d, or 2027-01-31; without it, the statement stays good" },
    out: { type: "string", metavar: "FILE", help: "instead of root.v<version>.json" },
    "trust-dir": TRUST_DIR,
  },
  operands: { min: 0, max: 0 },
  run: async ({ values }, context) => {
    const { terminal, folder } = context;
    const now = wholeSeconds(systemClock.now());
    const current = await trustedKeys(values["trust-dir"], context).read();
    let next = nextStatement(current, now);
    for (const file of values.add ?? [])
      next = given("add", withTrusted(next, await readPublicKey(file, context), now));
    for (const key of values.remove ?? []) next = without(next, given("remove", findKey(next, key)).id);
    for (const key of values.revoke ?? []) next = withRevoked(next, given("revoke", findKey(next, key)).id, now);
    const threshold = values.threshold === undefined ? next.threshold : wholeNumber("threshold", values.threshold, 1);
    next = given("threshold", withThreshold(next, threshold));
    if (values.expires !== undefined) next = { ...next, expires: expiry(values.expires, now) };
    const signed = signStatement(writeRootStatement(next), await readPrivateKeys(values.key ?? [], context));
    const out = values.out ?? `root.v${next.version}.json`;
    await nodeFiles.writeAtomic(resolve(folder, out), `${formatEnvelope(signed)}\n`, 0o644);
    terminal.out(`${out}: ${summaryOf(next)}\n`);
    const held = current === undefined ? firstRoot(signed) : followRotations(current, [signed]);
    if (!held.ok)
      terminal.err(`gwe: ${out} is not complete: ${held.problem}; gwe keys sign ${out} --key FILE adds one\n`);
    return 0;
  },
});

/** The keys as they are, under the next version; an expiry is not inherited. */
function nextStatement(current: RootStatement | undefined, issued: number): RootStatement {
  if (current === undefined) return { version: 1, threshold: 1, keys: [], revoked: [], issued };
  const { version, threshold, keys, revoked } = current;
  return { version: version + 1, threshold, keys, revoked, issued };
}

function without(root: RootStatement, id: string): RootStatement {
  return { ...root, keys: root.keys.filter((key) => key.id !== id) };
}

function given<Value>(option: string, result: Result<Value, string>): Value {
  if (!result.ok) throw new CommandLineError(`argument --${option}: ${result.problem}`);
  return result.value;
}
