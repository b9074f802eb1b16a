/** Changes of the trusted keys by somebody who may write the file. Pure; each leaves the version as it is. */
import { fail, ok, type Result } from "@gateway-engine/core/result";
import type { Instant } from "./instant.ts";
import type { PublicKey } from "./public-key.ts";
import { countingKeys, type RootStatement } from "./root-statement.ts";

/** The first key that is trusted makes the list. */
export function withTrusted(
  root: RootStatement | undefined,
  key: PublicKey,
  now: Instant,
): Result<RootStatement, string> {
  const base = root ?? { version: 1, threshold: 1, keys: [], revoked: [], issued: now };
  if (base.revoked.includes(key.id)) {
    return fail(`the key ${key.name} is revoked, and never counts again; make a new one`);
  }
  const namesake = base.keys.find(({ name, id }) => name === key.name && id !== key.id);
  if (namesake !== undefined) return fail(`another key is called ${key.name} already; rename the file`);
  return ok({ ...base, keys: [...base.keys.filter(({ id }) => id !== key.id), key], issued: now });
}

/** A threshold that the trusted keys can reach. */
export function withThreshold(root: RootStatement, threshold: number): Result<RootStatement, string> {
  const { length } = countingKeys(root);
  if (threshold <= length) return ok({ ...root, threshold });
  return fail(`${threshold} signatures need as many keys, and ${length} would be trusted`);
}

/** The key goes, and never comes back. */
export function withRevoked(root: RootStatement, keyId: string, now: Instant): RootStatement {
  const revoked = [...new Set([...root.revoked, keyId])].sort();
  return { ...root, keys: root.keys.filter(({ id }) => id !== keyId), revoked, issued: now };
}

/** A trusted key by its name, its id or the beginning of its id. */
export function findKey({ keys }: RootStatement, wanted: string): Result<PublicKey, string> {
  const exact = keys.filter(({ name, id }) => name === wanted || id === wanted);
  const found = exact.length > 0 ? exact : keys.filter(({ id }) => wanted.length >= 8 && id.startsWith(wanted));
  const [key] = found;
  if (key === undefined) return fail(`no trusted key is called ${JSON.stringify(wanted)}; gwe keys list shows them`);
  return found.length === 1 ? ok(key) : fail(`more than one trusted key is meant by ${JSON.stringify(wanted)}`);
}
