/** Those who sign, and what they sign, rightly or wrongly. */

import { createHash } from "node:crypto";
import type { Envelope, SignedStatement } from "@gateway-engine/artifact/trust/envelope";
import { signStatement } from "@gateway-engine/artifact/trust/envelope";
import { writePackageStatement } from "@gateway-engine/artifact/trust/package-statement";
import type { PrivateKey } from "@gateway-engine/artifact/trust/private-key";
import { type RootStatement, writeRootStatement } from "@gateway-engine/artifact/trust/root-statement";
import { signatureMember } from "@gateway-engine/artifact/trust/signature-member";
import type { PackageFixture } from "@gateway-engine/testkit/package-fixtures";
import { newKey } from "../../support/signing.ts";

export const ALICE: PrivateKey = newKey("alice");
export const BOB: PrivateKey = newKey("bob");
/** Was trusted, and is revoked. */
export const CAROL: PrivateKey = newKey("carol");
export const STRANGERS: readonly PrivateKey[] = [newKey("eve"), newKey("mallory")];

/** Whole seconds. */
const NOW = Math.floor(Date.now() / 1000) * 1000;
const HOUR = 3_600_000;

/** Two have to sign. */
export const TRUSTED: RootStatement = {
  version: 2,
  threshold: 2,
  keys: [ALICE, BOB, CAROL].map((key) => key.public),
  revoked: [CAROL.public.id],
  issued: NOW - HOUR,
};

/** What the resident was signed with: none below the floor is taken after it. */
export const RESIDENT_STATEMENT = { sequence: 5, floor: 3 };

export interface Signing {
  readonly by?: readonly PrivateKey[];
  /** Instead of what is true. */
  readonly says?: Readonly<Record<string, unknown>>;
  readonly rotations?: readonly SignedStatement[];
}

/** As its makers sign it. */
export function signed(fixture: PackageFixture, signing: Signing = {}): PackageFixture {
  const bytes = Buffer.concat([fixture.bytes, signatureMember(envelopeFor(fixture, signing))]);
  return { ...fixture, bytes };
}

export function envelopeFor({ fileName, bytes }: PackageFixture, signing: Signing = {}): Envelope {
  const { by = [ALICE, BOB], says = {}, rotations = [] } = signing;
  const truth = {
    name: fileName,
    length: bytes.length,
    sha256: createHash("sha256").update(bytes).digest("hex"),
    sequence: 6,
    issued: NOW - HOUR,
  };
  return { ...signStatement({ ...writePackageStatement(truth), ...says }, by), rotations };
}

export function rotationBy(keys: readonly PrivateKey[], root: RootStatement): SignedStatement {
  return signStatement(writeRootStatement(root), keys);
}

/** An instant as statements write it. @param seconds from now on */
export function inSeconds(seconds: number): string {
  return new Date(NOW + seconds * 1000).toISOString().replace(".000Z", "Z");
}
