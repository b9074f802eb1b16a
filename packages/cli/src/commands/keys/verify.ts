import { basename, resolve } from "node:path";
import type { RootStatement } from "@gateway-engine/artifact/trust/root-statement";
import { withThreshold, withTrusted } from "@gateway-engine/artifact/trust/trusted-keys";
import { PackageError, StorageError } from "@gateway-engine/core/errors";
import { systemClock } from "@gateway-engine/platform/clock";
import { nodeFiles } from "@gateway-engine/platform/files";
import { type Command, type CommandContext, CommandLineError, defineCommand } from "../../command.ts";
import { verifySignature } from "../../verify-signature.ts";
import { readPublicKey, TRUST_DIR, trustedKeys, unusable } from "./key-files.ts";
import { wholeNumber, wholeSeconds } from "./values.ts";

export const verify: Command = defineCommand({
  synopsis: "PACKAGE [--trust FILE.pub] [--threshold K] [--trust-dir DIR]",
  help: [
    "Checks the signature of a package, inside it or in PACKAGE.sig, with the keys that are trusted here or with those",
    "that are named. Nothing is installed or changed. Expiry is judged by this machine's clock; floors are not known here.",
  ],
  options: {
    trust: {
      type: "string",
      metavar: "FILE.pub",
      multiple: true,
      help: "a key to trust, instead of those trusted here",
    },
    threshold: { type: "string", metavar: "K", help: "how many of the keys must have signed; with --trust" },
    "trust-dir": TRUST_DIR,
  },
  operands: { min: 1, max: 1 },
  run: async ({ values, operands: [file = ""] }, context) => {
    const root =
      values.trust === undefined
        ? await trustedKeys(values["trust-dir"], context).read()
        : await namedKeys(values.trust, values.threshold, context);
    if (root === undefined) throw new CommandLineError("no key is trusted here; name one with --trust FILE.pub");
    const path = resolve(context.folder, file);
    if ((await nodeFiles.stat(path)) === undefined) {
      throw new StorageError("E_FILE_READ", { file, reason: "no such file or folder" });
    }
    const words = await verifySignature(path, root, systemClock.now());
    if (words === undefined) throw new PackageError("E_SIGNATURE_MISSING", { name: basename(path) });
    context.terminal.out(`[PASS] signature: ${words}\n`);
    return 0;
  },
});

async function namedKeys(
  files: readonly string[],
  threshold: string | undefined,
  context: CommandContext,
): Promise<RootStatement | undefined> {
  let root: RootStatement | undefined;
  for (const file of files) {
    const next = withTrusted(root, await readPublicKey(file, context), wholeSeconds(systemClock.now()));
    if (!next.ok) throw unusable(file, next.problem);
    root = next.value;
  }
  if (root === undefined || threshold === undefined) return root;
  const changed = withThreshold(root, wholeNumber("threshold", threshold, 1));
  if (!changed.ok) throw new CommandLineError(`argument --threshold: ${changed.problem}`);
  return changed.value;
}
