import { signatureMember } from "@gateway-engine/artifact/trust/signature-member";
import { goodPackage, type PackageFixture } from "@gateway-engine/testkit/package-fixtures";
import { type Exhibit, type ExhibitClass, refused } from "../support/exhibit.ts";
import {
  ALICE,
  BOB,
  CAROL,
  envelopeFor,
  inSeconds,
  rotationBy,
  type Signing,
  STRANGERS,
  signed,
  TRUSTED,
} from "../support/signing.ts";

function next(): PackageFixture {
  return goodPackage({ version: "2" });
}

function replay(what: string, [code, says]: readonly [string, string], signing: Signing): Exhibit {
  return { what, make: () => signed(next(), signing), expected: refused(code, says) };
}

function expired(what: string, says: Signing["says"]): Exhibit {
  return replay(what, ["E_SIGNATURE_EXPIRED", "app.v2.tar.gz"], { says: says ?? {} });
}

const A_YEAR = 31_536_000;

export const REPLAYS: ExhibitClass = {
  name: "replayed and expired manifests",
  exhibits: [
    expired("one that expired a year ago", { issued: inSeconds(-2 * A_YEAR), expires: inSeconds(-A_YEAR) }),
    expired("one that expired a second ago", { expires: inSeconds(-1) }),
    expired("one that expired before it was issued", { expires: inSeconds(-7200) }),
    {
      ...expired("one that expired, while the server says that it is 1970", { expires: inSeconds(-60) }),
      serverTime: 0,
    },
    replay("one that expires on the 30th of February", ["E_SIGNATURE_INVALID", "expires"], {
      says: { expires: "2030-02-30T00:00:00Z" },
    }),
    {
      what: "the manifest of the version before, under new content",
      make: () => {
        const before = envelopeFor({ ...next(), bytes: goodPackage({ version: "2", install: "echo before" }).bytes });
        return { ...next(), bytes: Buffer.concat([next().bytes, signatureMember(before)]) };
      },
      expected: refused("E_SIGNATURE_INVALID", "it is for"),
    },
    replay("an old list of keys, in which the revoked one still counts", ["E_SIGNATURE_INVALID", "is revoked"], {
      by: [BOB, CAROL],
      rotations: [rotationBy([ALICE, BOB], { ...TRUSTED, version: 1, revoked: [] })],
    }),
    replay("a new list of keys that strangers have signed", ["E_SIGNATURE_INVALID", "app.v2.tar.gz"], {
      by: STRANGERS,
      rotations: [rotationBy(STRANGERS, { ...TRUSTED, version: 3, keys: STRANGERS.map((key) => key.public) })],
    }),
  ],
};
