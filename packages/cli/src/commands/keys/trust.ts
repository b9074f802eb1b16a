import type { Envelope } from "@gateway-engine/artifact/trust/envelope";
import type { RootStatement } from "@gateway-engine/artifact/trust/root-statement";
import { firstRoot, followRotations } from "@gateway-engine/artifact/trust/rotation";
import { withThreshold, withTrusted } from "@gateway-engine/artifact/trust/trusted-keys";
import { systemClock } from "@gateway-engine/platform/clock";
import { type Command, CommandLineError, defineCommand } from "../../command.ts";
import { readTrustable, TRUST_DIR, type Trustable, trustedKeys, unusable } from "./key-files.ts";
import { summaryOf } from "./list.ts";
import { wholeNumber, wholeSeconds } from "./values.ts";

export const trust: Command = defineCommand({
  synopsis: "FILE... [--threshold K] [--trust-dir DIR]",
  help: [
    "Trusts the keys of the files: NAME.pub, a public key as gwe keys init and openssl write it; or a signed statement",
    "about the trusted keys, which those that are trusted now must have signed. As soon as a key is trusted, packages",
    "without a signature are refused (require_signature in Engine.config).",
  ],
  options: {
    threshold: { type: "string", metavar: "K", help: "how many of the keys must sign a package" },
    "trust-dir": TRUST_DIR,
  },
  operands: { min: 1, max: 100 },
  run: async ({ values, operands }, context) => {
    const threshold = values.threshold === undefined ? undefined : wholeNumber("threshold", values.threshold, 1);
    const found: { readonly file: string; readonly what: Trustable }[] = [];
    for (const file of operands) found.push({ file, what: await readTrustable(file, context) });
    const now = wholeSeconds(systemClock.now());
    const root = await trustedKeys(values["trust-dir"], context).change((current) => {
      let next = current;
      for (const { file, what } of found) {
        next = what.kind === "key" ? trustKey(next, what, { file, now }) : takeStatement(next, what.statement, file);
      }
      if (next === undefined || threshold === undefined) return required(next);
      const changed = withThreshold(next, threshold);
      if (!changed.ok) throw new CommandLineError(`argument --threshold: ${changed.problem}`);
      return changed.value;
    });
    context.terminal.out(`${summaryOf(root)}\n`);
    return 0;
  },
});

type TrustableKey = Extract<Trustable, { readonly kind: "key" }>;

function trustKey(
  root: RootStatement | undefined,
  { key }: TrustableKey,
  { file, now }: { readonly file: string; readonly now: number },
): RootStatement {
  const next = withTrusted(root, key, now);
  if (!next.ok) throw unusable(file, next.problem);
  return next.value;
}

function takeStatement(root: RootStatement | undefined, statement: Envelope, file: string): RootStatement {
  const next = root === undefined ? firstRoot(statement) : followRotations(root, [...statement.rotations, statement]);
  if (!next.ok) throw unusable(file, next.problem);
  if (next.value === root) throw unusable(file, `it is no newer than version ${root.version}, which is trusted`);
  return next.value;
}

function required(root: RootStatement | undefined): RootStatement {
  if (root === undefined) throw new CommandLineError("expected FILE");
  return root;
}
