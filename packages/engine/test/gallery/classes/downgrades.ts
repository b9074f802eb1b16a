import { goodPackage } from "@gateway-engine/testkit/package-fixtures";
import { type Exhibit, type ExhibitClass, refused } from "../support/exhibit.ts";
import { type Signing, signed } from "../support/signing.ts";

/** Signed by those who are trusted, and yet too old. */
function tooOld(what: string, says: Signing["says"], version = "2"): Exhibit {
  return {
    what,
    make: () => signed(goodPackage({ version }), { says: says ?? {} }),
    expected: refused("E_SIGNATURE_OLD", "has the sequence"),
  };
}

function nonsense(what: string, problem: string, says: Signing["says"]): Exhibit {
  return {
    what,
    make: () => signed(goodPackage({ version: "2" }), { says: says ?? {} }),
    expected: refused("E_SIGNATURE_INVALID", problem),
  };
}

export const DOWNGRADES: ExhibitClass = {
  name: "downgrades",
  exhibits: [
    tooOld("one below the floor", { sequence: 2 }),
    tooOld("the first of all", { sequence: 0 }),
    tooOld("an old one under the name of a new one", { sequence: 2 }, "99"),
    tooOld("the version that is installed, as it was signed once", { sequence: 1 }, "1"),
    tooOld("one that brings a lower floor along", { sequence: 2, floor: 0 }),
    nonsense("one whose own floor is above it", "its floor 9 is above its sequence 4", { sequence: 4, floor: 9 }),
    nonsense("one below zero", "sequence", { sequence: -1 }),
    nonsense("one beyond what can be counted", "sequence", { sequence: "99999999999999999999" }),
  ],
};
