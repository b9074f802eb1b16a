import { type SignedStatement, signStatement } from "../../src/trust/envelope.ts";
import { parseInstant } from "../../src/trust/instant.ts";
import { generateKeyPair, PrivateKey } from "../../src/trust/private-key.ts";
import { type RootStatement, writeRootStatement } from "../../src/trust/root-statement.ts";

export function newKey(name: string): PrivateKey {
  const key = PrivateKey.parse(generateKeyPair().privatePem, name);
  if (!key.ok) throw new Error(key.problem);
  return key.value;
}

export function at(text: string): number {
  const instant = parseInstant(text);
  if (instant === undefined) throw new Error(`${text} is no time`);
  return instant;
}

export const ISSUED: number = at("2026-01-01T00:00:00Z");

export interface RootOptions extends Partial<Omit<RootStatement, "keys">> {
  readonly keys: readonly PrivateKey[];
}

export function rootOf({ keys, ...rest }: RootOptions): RootStatement {
  return { version: 1, threshold: 1, revoked: [], issued: ISSUED, ...rest, keys: keys.map((key) => key.public) };
}

export function signedRoot(root: RootStatement, by: readonly PrivateKey[]): SignedStatement {
  return signStatement(writeRootStatement(root), by);
}
