import { formatInstant } from "@gateway-engine/artifact/trust/instant";
import { countingKeys, type RootStatement } from "@gateway-engine/artifact/trust/root-statement";
import { describeError } from "@gateway-engine/core/errors";
import type { EngineConfig } from "@gateway-engine/protocol/engine-config";
import { trustFile } from "../trust-file.ts";
import { type Check, fail, ok, type Verdict, warn } from "./check.ts";

export const checkTrust: Check = async ({ paths, configuration: { config }, now }) => {
  try {
    return [judgeTrust(await trustFile(paths).read(), config.requireSignature, now())];
  } catch (error) {
    return [
      fail(describeError(error), "no package is taken until it is mended; put the file back, or trust the keys again"),
    ];
  }
};

const DAY_MS = 86_400_000;
const SOON_DAYS = 30;

export function judgeTrust(
  root: RootStatement | undefined,
  rule: EngineConfig["requireSignature"],
  now: number,
): Verdict {
  if (root === undefined) {
    if (rule !== "always") return ok("no key is trusted: packages need no signature");
    return fail(
      "signatures are required, and no key is trusted: no package can be installed",
      "gwe keys trust FILE.pub",
    );
  }
  const counting = countingKeys(root).length;
  const text = `${root.threshold} of ${counting} keys must sign`;
  if (counting < root.threshold) return fail(`${text}: no package can be installed`, "gwe keys trust FILE.pub");
  if (root.expires === undefined) return ok(text);
  const until = `${text}, until ${formatInstant(root.expires)}`;
  const mend = "take a newer statement: gwe keys rotate";
  if (root.expires <= now) return fail(`${until}, which is over: no package can be installed`, mend);
  return root.expires < now + SOON_DAYS * DAY_MS ? warn(until, mend) : ok(until);
}
