import { type CheckResult, warn } from "@gateway-engine/artifact/check-result";
import { PackageError } from "@gateway-engine/core/errors";
import type { EngineConfig } from "@gateway-engine/protocol/engine-config";

export interface UnsignedPackage {
  readonly name: string;
  readonly app: string;
  /** It has a signature, but there is no trusted key to hold it against. */
  readonly isSigned: boolean;
  readonly trustsKeys: boolean;
  readonly rule: EngineConfig["requireSignature"];
  /** @see RollbackFloors.of */
  readonly floor: number | undefined;
}

/**
 * What is to be done with a package that no trusted key vouches for.
 *
 * @returns what there is to say of one that is taken all the same
 * @throws PackageError E_SIGNATURE_MISSING, E_SIGNATURE_INVALID or E_SIGNATURE_OLD
 */
export function unsignedPackage(facts: UnsignedPackage): readonly CheckResult[] {
  const { name, app, isSigned, trustsKeys, rule, floor } = facts;
  if (floor !== undefined) {
    const problem = trustsKeys ? "is not signed" : "is vouched for by no key, since none is trusted here";
    throw new PackageError("E_SIGNATURE_OLD", { name, app, floor, problem });
  }
  if (rule === "always" && isSigned) {
    const problem = "no key is trusted here; trust one with gwe keys trust FILE.pub";
    throw new PackageError("E_SIGNATURE_INVALID", { name, problem });
  }
  if (rule === "always" || (rule === "auto" && trustsKeys)) throw new PackageError("E_SIGNATURE_MISSING", { name });
  if (isSigned)
    return [warn("signature", "it is signed, and nobody can say by whom: no key is trusted here (gwe keys trust)")];
  return trustsKeys ? [warn("signature", "none, and none is required (require_signature is never)")] : [];
}
