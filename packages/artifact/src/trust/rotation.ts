import { fail, ok, type Result } from "@gateway-engine/core/result";
import { type SignedStatement, signersOf } from "./envelope.ts";
import { countingKeys, type RootStatement, readRootStatement } from "./root-statement.ts";

/**
 * Follows statements about the trusted keys, from the ones that are trusted now.
 *
 * Each must have the next version, and be signed by the threshold of the keys before it and by its own threshold of its own
 * keys, as TUF 5.3 has it. A revoked key stays revoked. Statements that are no newer than what is trusted are passed over.
 *
 * @param chain oldest first
 * @returns the keys to trust from now on, or the link that does not hold
 */
export function followRotations(root: RootStatement, chain: readonly SignedStatement[]): Result<RootStatement, string> {
  let current = root;
  for (const link of chain) {
    const statement = readRootStatement(link.signed);
    if (!statement.ok) return fail(`a statement about the trusted keys cannot be used: ${statement.problem}`);
    if (statement.value.version <= root.version) continue;
    const next = rotate(current, link, statement.value);
    if (!next.ok) return fail(`version ${statement.value.version} of the trusted keys does not hold: ${next.problem}`);
    current = next.value;
  }
  return ok(current);
}

function rotate(current: RootStatement, link: SignedStatement, next: RootStatement): Result<RootStatement, string> {
  if (next.version !== current.version + 1) {
    return fail(`it follows version ${next.version - 1}, and version ${current.version} is trusted`);
  }
  const revoked = [...new Set([...current.revoked, ...next.revoked])].sort();
  const rotated = { ...next, revoked };
  const problem = signatureProblem(current, link, "trusted") ?? signatureProblem(rotated, link, "new");
  return problem === undefined ? ok(rotated) : fail(problem);
}

/**
 * The first statement that a gateway gets, from somebody who may say whom it trusts: it is held against itself only.
 */
export function firstRoot(link: SignedStatement): Result<RootStatement, string> {
  const statement = readRootStatement(link.signed);
  if (!statement.ok) return statement;
  const problem = signatureProblem(statement.value, link, "new");
  return problem === undefined ? statement : fail(problem);
}

function signatureProblem(root: RootStatement, link: SignedStatement, which: "trusted" | "new"): string | undefined {
  const signers = signersOf(link, countingKeys(root));
  if (signers.length >= root.threshold) return undefined;
  return `it needs the signatures of ${root.threshold} of the ${which} keys, and has ${signers.length}`;
}
