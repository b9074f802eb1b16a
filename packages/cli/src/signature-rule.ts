import { type CheckResult, fail, pass, warn } from "@gateway-engine/artifact/check-result";
import { takeApart } from "@gateway-engine/artifact/trust/signed-package";
import type { TrustFile } from "@gateway-engine/artifact/trust/trust-file";
import { PackageError } from "@gateway-engine/core/errors";
import { systemClock } from "@gateway-engine/platform/clock";
import { nodeFiles } from "@gateway-engine/platform/files";
import { verifySignature } from "./verify-signature.ts";

const RULE = "signature";

/** What there is to say of a package's signature, as one more of the package checks. @returns undefined where there is none */
export async function checkSignature(file: string, trust: Pick<TrustFile, "read">): Promise<CheckResult | undefined> {
  const { envelope } = await takeApart(nodeFiles, file);
  if (envelope === undefined && (await nodeFiles.stat(`${file}.sig`)) === undefined) return undefined;
  const root = await trust.read();
  if (root === undefined) return warn(RULE, "there is one, and no key is trusted here (check it with gwe keys verify)");
  try {
    return pass(RULE, (await verifySignature(file, root, systemClock.now())) ?? "none");
  } catch (error) {
    if (!(error instanceof PackageError)) throw error;
    return { ...fail(RULE, `${error.message} (sign the package again with gwe keys sign --renew)`), code: error.code };
  }
}
