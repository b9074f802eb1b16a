import { systemClock } from "@gateway-engine/platform/clock";
import { type Command, CommandLineError, defineCommand } from "../../command.ts";
import { KEY, readPrivateKeys } from "./key-files.ts";
import { signPackage } from "./sign-package.ts";
import { signRootStatement } from "./sign-statement.ts";
import { expiry, wholeNumber, wholeSeconds } from "./values.ts";

export const sign: Command = defineCommand({
  synopsis: "PACKAGE --key FILE [--expires WHEN] [--sequence N] [--floor N] [--detached]",
  help: [
    "Signs a package. The signature goes into the package, which stays a .tar.gz that everything unpacks, or beside it",
    "into PACKAGE.sig. A package that is signed already gets one more signature, under the same statement.",
    "A statement of gwe keys rotate is signed in the same way.",
  ],
  options: {
    key: KEY,
    expires: { type: "string", metavar: "WHEN", help: "90d, or 2027-01-31; without it, the signature stays good" },
    sequence: {
      type: "string",
      metavar: "N",
      help: "place in the order of packages; the time in seconds unless given",
    },
    floor: { type: "string", metavar: "N", help: "once installed, packages with a smaller sequence are refused" },
    rotation: {
      type: "string",
      metavar: "FILE",
      multiple: true,
      help: "a statement about the trusted keys to carry along, oldest first",
    },
    renew: { type: "boolean", help: "make a new statement, and drop the signatures under the old one" },
    detached: { type: "boolean", help: "write PACKAGE.sig, and leave the package as it is" },
  },
  operands: { min: 1, max: 1 },
  run: async ({ values, operands: [file = ""] }, context) => {
    if (values.key === undefined) throw new CommandLineError("expected --key FILE");
    const keys = await readPrivateKeys(values.key, context);
    if (file.endsWith(".json")) return signRootStatement(file, keys, context);
    const now = wholeSeconds(systemClock.now());
    const { sequence, floor, expires, rotation = [], renew = false, detached = false } = values;
    const claims = {
      ...(sequence === undefined ? {} : { sequence: wholeNumber("sequence", sequence, 0) }),
      ...(floor === undefined ? {} : { floor: wholeNumber("floor", floor, 0) }),
      ...(expires === undefined ? {} : { expires: expiry(expires, now) }),
    };
    return signPackage({ file, keys, claims, issued: now, rotations: rotation, renew, detached }, context);
  },
});
