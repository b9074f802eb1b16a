import { signatureMember } from "@gateway-engine/artifact/trust/signature-member";
import { goodPackage, type PackageFixture } from "@gateway-engine/testkit/package-fixtures";
import { type Exhibit, type ExhibitClass, refused } from "../support/exhibit.ts";
import { ALICE, BOB, CAROL, envelopeFor, STRANGERS, signed } from "../support/signing.ts";

function next(install = "true"): PackageFixture {
  return goodPackage({ version: "2", install });
}

function wrong(what: string, says: string, make: () => PackageFixture, code = "E_SIGNATURE_INVALID"): Exhibit {
  return { what, make, expected: refused(code, says) };
}

function flipped(fixture: PackageFixture, at: number): PackageFixture {
  const bytes = Buffer.from(fixture.bytes);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  return { ...fixture, bytes };
}

function withBytes(fixture: PackageFixture, ...parts: readonly Uint8Array[]): PackageFixture {
  return { ...fixture, bytes: Buffer.concat(parts) };
}

export const SIGNATURES: ExhibitClass = {
  name: "wrong signatures",
  exhibits: [
    wrong("none, where keys are trusted", "", () => goodPackage({ name: "newcomer" }), "E_SIGNATURE_MISSING"),
    wrong("none, in the place of a signed version", "is not signed", () => next(), "E_SIGNATURE_OLD"),
    wrong("those of strangers", "2 of the 2 trusted keys must have signed it, and 0 did", () =>
      signed(next(), { by: STRANGERS }),
    ),
    wrong("fewer than are needed", "and 1 did", () => signed(next(), { by: [ALICE] })),
    wrong("one signature twice", "and 1 did", () => {
      const envelope = envelopeFor(next(), { by: [ALICE] });
      const twice = { ...envelope, signatures: [...envelope.signatures, ...envelope.signatures] };
      return withBytes(next(), next().bytes, signatureMember(twice));
    }),
    wrong("one of a revoked key", "one that signed it is revoked", () => signed(next(), { by: [BOB, CAROL] })),
    wrong("a bit of a signature flipped", "and 1 did", () => {
      const envelope = envelopeFor(next());
      const [first, second] = envelope.signatures;
      const sig = first === undefined ? "" : `${first.sig.startsWith("A") ? "B" : "A"}${first.sig.slice(1)}`;
      const signatures = [{ keyid: first?.keyid ?? "", sig }, ...(second === undefined ? [] : [second])];
      return withBytes(next(), next().bytes, signatureMember({ ...envelope, signatures }));
    }),
    wrong("a bit of the package flipped", "it is for the SHA-256", () => flipped(signed(next()), 40)),
    wrong("those of a package of another name", 'it is for "other.v2.tar.gz"', () =>
      withBytes(next(), signed({ ...next(), fileName: "other.v2.tar.gz" }).bytes),
    ),
    wrong("those of another package of that name", "it is for", () =>
      withBytes(next(), next("touch /tmp/egg").bytes, signatureMember(envelopeFor(next()))),
    ),
    wrong("a second archive between the signed one and its signature", "bytes, and the package has", () =>
      withBytes(next(), next().bytes, next("touch /tmp/egg").bytes, signatureMember(envelopeFor(next()))),
    ),
    wrong(
      "something after the signature",
      "is not signed",
      () => withBytes(next(), signed(next()).bytes, Buffer.from("egg")),
      "E_SIGNATURE_OLD",
    ),
    wrong("a statement that says more than it may", "egg", () => signed(next(), { says: { egg: true } })),
  ],
};
