import { PackageError } from "@gateway-engine/core/errors";
import type { Digest } from "../digest.ts";
import { type Envelope, parseEnvelope, signersOf } from "./envelope.ts";
import { formatInstant, type Instant } from "./instant.ts";
import { type PackageStatement, readPackageStatement } from "./package-statement.ts";
import type { PublicKey } from "./public-key.ts";
import { countingKeys, type RootStatement } from "./root-statement.ts";
import { followRotations } from "./rotation.ts";

/** A statement about a package that those who are trusted have signed, and that fits the package. */
export interface Vouched {
  readonly statement: PackageStatement;
  readonly signers: readonly PublicKey[];
  /** The trusted keys, after the rotations that the envelope carried. */
  readonly root: RootStatement;
}

/** @throws PackageError E_SIGNATURE_INVALID */
export function openEnvelope(name: string, bytes: Uint8Array): Envelope {
  const envelope = parseEnvelope(bytes);
  if (!envelope.ok) throw invalid(name, envelope.problem);
  return envelope.value;
}

/**
 * The keys to trust after the rotations that a package's envelope carries.
 *
 * @returns `root` itself when there are none that are new
 * @throws PackageError E_SIGNATURE_INVALID
 */
export function rotated(name: string, { rotations }: Envelope, root: RootStatement): RootStatement {
  const next = followRotations(root, rotations);
  if (!next.ok) throw invalid(name, next.problem);
  return next.value;
}

export interface PackageEvidence {
  readonly name: string;
  /** Of the bytes that will be unpacked, and of nothing else. */
  readonly digest: Digest;
  readonly envelope: Envelope;
  readonly root: RootStatement;
}

/**
 * Whether those who are trusted have signed exactly these bytes under exactly this name.
 *
 * @throws PackageError E_SIGNATURE_INVALID
 */
export function vouch({ name, digest, envelope, root }: PackageEvidence): Vouched {
  const signers = signersOf(envelope, countingKeys(root));
  if (signers.length < root.threshold) throw invalid(name, tooFew(envelope, root, signers.length));
  const read = readPackageStatement(envelope.signed);
  if (!read.ok) throw invalid(name, read.problem);
  const statement = read.value;
  if (statement.name !== name) throw invalid(name, `it is for ${JSON.stringify(statement.name)}`);
  if (statement.length !== digest.bytes) {
    throw invalid(name, `it is for ${statement.length} bytes, and the package has ${digest.bytes}`);
  }
  if (statement.sha256 !== digest.sha256) {
    throw invalid(name, `it is for the SHA-256 ${statement.sha256}, and the package's is ${digest.sha256}`);
  }
  return { statement, signers, root };
}

function tooFew({ signatures }: Envelope, root: RootStatement, good: number): string {
  const keys = countingKeys(root);
  const needed = `${root.threshold} of the ${keys.length} trusted keys must have signed it, and ${good} did`;
  if (signatures.some(({ keyid }) => root.revoked.includes(keyid))) return `${needed}; one that signed it is revoked`;
  const isKnown = signatures.some(({ keyid }) => keys.some(({ id }) => id === keyid));
  return isKnown || signatures.length === 0 ? needed : `${needed}; those that signed it are not trusted here`;
}

/** Whether something has to be known of the time to judge a statement. */
export function needsTime({ statement, root }: Vouched): boolean {
  return statement.expires !== undefined || root.expires !== undefined;
}

/**
 * @param now the latest time that is known of
 * @throws PackageError E_SIGNATURE_EXPIRED
 */
export function checkExpiry({ statement, root }: Vouched, now: Instant): void {
  const rows = [
    { expires: root.expires, what: "the list of trusted keys", mend: "make a new one with gwe keys rotate" },
    {
      expires: statement.expires,
      what: `the signature of ${statement.name}`,
      mend: "sign it again with gwe keys sign --renew",
    },
  ];
  for (const { expires, what, mend } of rows) {
    if (expires === undefined || now < expires) continue;
    const details = { what, expires: formatInstant(expires), now: formatInstant(now), mend };
    throw new PackageError("E_SIGNATURE_EXPIRED", details);
  }
}

function invalid(name: string, problem: string): PackageError {
  return new PackageError("E_SIGNATURE_INVALID", { name, problem });
}
