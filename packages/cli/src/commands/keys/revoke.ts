import { KEY_ID } from "@gateway-engine/artifact/trust/public-key";
import { countingKeys } from "@gateway-engine/artifact/trust/root-statement";
import { findKey, withRevoked } from "@gateway-engine/artifact/trust/trusted-keys";
import { systemClock } from "@gateway-engine/platform/clock";
import { type Command, CommandLineError, defineCommand } from "../../command.ts";
import { TRUST_DIR, trustedKeys } from "./key-files.ts";
import { summaryOf } from "./list.ts";
import { wholeSeconds } from "./values.ts";

export const revoke: Command = defineCommand({
  synopsis: "KEY [--trust-dir DIR]",
  help: [
    "Takes a trusted key away for good: it cannot be trusted again, and no rotation brings it back.",
    "KEY is its name, its id, or the first 8 digits of that or more.",
  ],
  options: { "trust-dir": TRUST_DIR },
  operands: { min: 1, max: 1 },
  run: async ({ values, operands: [wanted = ""] }, context) => {
    const { terminal } = context;
    const now = wholeSeconds(systemClock.now());
    const root = await trustedKeys(values["trust-dir"], context).change((current) => {
      if (current === undefined) throw new CommandLineError("no key is trusted here");
      const key = findKey(current, wanted);
      // A key that was never trusted here can be kept from ever being trusted, by its whole id.
      if (!key.ok && !KEY_ID.test(wanted)) throw new CommandLineError(key.problem);
      return withRevoked(current, key.ok ? key.value.id : wanted, now);
    });
    terminal.out(`${summaryOf(root)}\n`);
    const left = countingKeys(root).length;
    if (left < root.threshold) {
      terminal.err("gwe: warning: too few keys are left, so no package is taken until more are trusted\n");
    }
    return 0;
  },
});
