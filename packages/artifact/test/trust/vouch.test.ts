import { describe, expect, test } from "vitest";
import { type Envelope, signStatement } from "../../src/trust/envelope.ts";
import { type PackageStatement, writePackageStatement } from "../../src/trust/package-statement.ts";
import type { PrivateKey } from "../../src/trust/private-key.ts";
import type { RootStatement } from "../../src/trust/root-statement.ts";
import { checkExpiry, needsTime, vouch } from "../../src/trust/vouch.ts";
import { at, ISSUED, newKey, rootOf } from "./support.ts";

const [alice, bob, carol] = [newKey("alice"), newKey("bob"), newKey("carol")];
const name = "app.v1.tar.gz";
const digest = { sha256: "a".repeat(64), bytes: 100 };
const statement: PackageStatement = { name, length: 100, sha256: digest.sha256, sequence: 1, issued: ISSUED };

function envelope(by: readonly PrivateKey[], changes: object = {}): Envelope {
  return { ...signStatement({ ...writePackageStatement(statement), ...changes }, by), rotations: [] };
}

const one = rootOf({ keys: [alice, bob, carol] });
const two = rootOf({ keys: [alice, bob, carol], threshold: 2 });

describe("vouch takes a package", () => {
  const rows: readonly { what: string; root: RootStatement; by: readonly PrivateKey[]; signers: readonly string[] }[] =
    [
      { what: "that one of the trusted keys signed", root: one, by: [bob], signers: ["bob"] },
      { what: "that two signed, where two are needed", root: two, by: [carol, alice], signers: ["alice", "carol"] },
      { what: "that a stranger signed too", root: one, by: [newKey("eve"), bob], signers: ["bob"] },
      {
        what: "with a revoked signature that is not needed",
        root: { ...one, revoked: [alice.public.id] },
        by: [alice, bob],
        signers: ["bob"],
      },
    ];
  test.each(rows)("$what", ({ root, by, signers }) => {
    const vouched = vouch({ name, digest, envelope: envelope(by), root });
    expect(vouched.signers.map((key) => key.name)).toEqual(signers);
    expect(vouched.statement).toEqual(statement);
  });
});

describe("vouch refuses with E_SIGNATURE_INVALID", () => {
  const good = envelope([alice]);
  const [signature] = good.signatures;
  const doubled = { ...good, signatures: [...good.signatures, ...good.signatures] };
  const borrowed = { ...good, signatures: envelope([alice], { sequence: 2 }).signatures };
  const lent = { ...good, signatures: [{ keyid: bob.public.id, sig: signature?.sig ?? "" }] };
  const rows: readonly { what: string; root: RootStatement; envelope: Envelope; problem: RegExp }[] = [
    {
      what: "no signature at all",
      root: one,
      envelope: envelope([]),
      problem: /1 of the 3 trusted keys must have signed it, and 0/,
    },
    {
      what: "a stranger's signature",
      root: one,
      envelope: envelope([newKey("eve")]),
      problem: /and 0 did; those that signed it are not trusted/,
    },
    {
      what: "fewer signatures than the threshold",
      root: two,
      envelope: envelope([alice]),
      problem: /2 of the 3 .* and 1/,
    },
    { what: "one key's signature given twice", root: two, envelope: doubled, problem: /2 of the 3 .* and 1/ },
    { what: "a signature of another statement", root: one, envelope: borrowed, problem: /and 0 did/ },
    { what: "a signature under another key's id", root: one, envelope: lent, problem: /and 0 did/ },
    {
      what: "a revoked key's signature",
      root: { ...one, revoked: [alice.public.id] },
      envelope: good,
      problem: /1 of the 2 .*; one that signed it is revoked/,
    },
    { what: "no key left", root: rootOf({ keys: [] }), envelope: good, problem: /1 of the 0 trusted keys/ },
    { what: "another length", root: one, envelope: envelope([alice], { length: 99 }), problem: /for 99 bytes/ },
    {
      what: "another digest",
      root: one,
      envelope: envelope([alice], { sha256: "b".repeat(64) }),
      problem: /SHA-256 b/,
    },
    {
      what: "another name",
      root: one,
      envelope: envelope([alice], { name: "app.v2.tar.gz" }),
      problem: /"app.v2.tar.gz"/,
    },
    {
      what: "a statement of another type",
      root: one,
      envelope: envelope([alice], { _type: "root" }),
      problem: /_type/,
    },
    { what: "a key nobody knows", root: one, envelope: envelope([alice], { note: "x" }), problem: /"note"/ },
    { what: "a negative sequence", root: one, envelope: envelope([alice], { sequence: -1 }), problem: /sequence/ },
    {
      what: "a floor above the sequence",
      root: one,
      envelope: envelope([alice], { floor: 2 }),
      problem: /floor 2 is above/,
    },
    {
      what: "a day that does not exist",
      root: one,
      envelope: envelope([alice], { issued: "2026-02-30T00:00:00Z" }),
      problem: /issued is not a time/,
    },
    {
      what: "an expiry without zone",
      root: one,
      envelope: envelope([alice], { expires: "2026-02-03" }),
      problem: /expires/,
    },
  ];
  test.each(rows)("$what", ({ root, envelope: evidence, problem }) => {
    expect(() => vouch({ name, digest, envelope: evidence, root })).toThrow(
      expect.objectContaining({ code: "E_SIGNATURE_INVALID", message: expect.stringMatching(problem) }),
    );
  });
});

describe("checkExpiry", () => {
  const expires = at("2026-03-01T00:00:00Z");
  const lasting = { statement, signers: [], root: one };
  const shortLived = { ...lasting, statement: { ...statement, expires } };
  const underOldRoot = { ...lasting, root: { ...one, expires } };

  test("is asked for only where something expires", () => {
    expect([lasting, shortLived, underOldRoot].map(needsTime)).toEqual([false, true, true]);
  });

  test.each([
    { what: "no expiry", vouched: lasting, now: expires },
    { what: "a second before", vouched: shortLived, now: expires - 1000 },
    { what: "no time known at all", vouched: shortLived, now: 0 },
    { what: "trusted keys a second before", vouched: underOldRoot, now: expires - 1000 },
  ])("passes $what", ({ vouched, now }) => {
    expect(() => checkExpiry(vouched, now)).not.toThrow();
  });

  test.each([
    {
      what: "a signature at its expiry",
      vouched: shortLived,
      now: expires,
      says: /^the signature of app.v1.tar.gz expired/,
    },
    { what: "trusted keys at theirs", vouched: underOldRoot, now: expires, says: /^the list of trusted keys expired/ },
    {
      what: "a signature long after",
      vouched: shortLived,
      now: at("2036-01-01T00:00:00Z"),
      says: /it is 2036-01-01T00/,
    },
  ])("refuses $what with E_SIGNATURE_EXPIRED", ({ vouched, now, says }) => {
    expect(() => checkExpiry(vouched, now)).toThrow(
      expect.objectContaining({ code: "E_SIGNATURE_EXPIRED", message: expect.stringMatching(says) }),
    );
  });
});
