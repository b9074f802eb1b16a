/** Signed packages, sound and broken, and the lists of keys that gateways trust. */
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  type Envelope,
  formatEnvelope,
  type SignedStatement,
  signStatement,
} from "@gateway-engine/artifact/trust/envelope";
import { parseInstant } from "@gateway-engine/artifact/trust/instant";
import { type PackageStatement, writePackageStatement } from "@gateway-engine/artifact/trust/package-statement";
import { generateKeyPair, PrivateKey } from "@gateway-engine/artifact/trust/private-key";
import { type RootStatement, writeRootStatement } from "@gateway-engine/artifact/trust/root-statement";
import { signatureMember } from "@gateway-engine/artifact/trust/signature-member";
import type { PackageFixture } from "@gateway-engine/testkit/package-fixtures";

export function newKey(name: string): PrivateKey {
  const key = PrivateKey.parse(generateKeyPair().privatePem, name);
  if (!key.ok) throw new Error(key.problem);
  return key.value;
}

/** @param text such as `2026-01-31T12:00:00Z` */
export function at(text: string): number {
  const instant = parseInstant(text);
  if (instant === undefined) throw new Error(`${text} is no time`);
  return instant;
}

export interface Signing {
  readonly by: readonly PrivateKey[];
  /** Where the statement is to say something else than what is true of the package, or more. */
  readonly claims?: Partial<PackageStatement>;
  readonly rotations?: readonly SignedStatement[];
}

function envelopeFor({ fileName, bytes }: PackageFixture, { by, claims, rotations = [] }: Signing): Envelope {
  const statement: PackageStatement = {
    name: fileName,
    length: bytes.length,
    sha256: createHash("sha256").update(bytes).digest("hex"),
    sequence: 1,
    issued: at("2026-01-01T00:00:00Z"),
    ...claims,
  };
  return { ...signStatement(writePackageStatement(statement), by), rotations };
}

/** With the signature inside. */
export function signed(fixture: PackageFixture, signing: Signing): PackageFixture {
  const member = signatureMember(envelopeFor(fixture, signing));
  return { fileName: fixture.fileName, bytes: Buffer.concat([fixture.bytes, member]) };
}

/** The content of the `.sig` beside a package. */
export function detached(fixture: PackageFixture, signing: Signing): Buffer {
  return Buffer.from(formatEnvelope(envelopeFor(fixture, signing)));
}

export interface Root extends Partial<Omit<RootStatement, "keys">> {
  readonly keys: readonly PrivateKey[];
}

export function rootOf({ keys, ...rest }: Root): RootStatement {
  const issued = at("2026-01-01T00:00:00Z");
  return { version: 1, threshold: 1, revoked: [], issued, ...rest, keys: keys.map((key) => key.public) };
}

export function signedRoot(root: Root, by: readonly PrivateKey[]): SignedStatement {
  return signStatement(writeRootStatement(rootOf(root)), by);
}

/** Makes a gateway trust keys. */
export function trust({ trustDir }: { readonly trustDir: string }, root: Root): void {
  mkdirSync(trustDir, { recursive: true });
  writeFileSync(join(trustDir, "root.json"), JSON.stringify(writeRootStatement(rootOf(root))));
}
