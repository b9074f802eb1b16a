import { describe, expect, test } from "vitest";
import type { SignedStatement } from "../../src/trust/envelope.ts";
import type { RootStatement } from "../../src/trust/root-statement.ts";
import { firstRoot, followRotations } from "../../src/trust/rotation.ts";
import { newKey, rootOf, signedRoot } from "./support.ts";

const [alice, bob, carol, dora] = [newKey("alice"), newKey("bob"), newKey("carol"), newKey("dora")];

const first = rootOf({ keys: [alice] });
const second = rootOf({ version: 2, keys: [bob] });
const third = rootOf({ version: 3, keys: [carol] });
const toSecond = signedRoot(second, [alice, bob]);
const toThird = signedRoot(third, [bob, carol]);

interface Row {
  readonly what: string;
  readonly from: RootStatement;
  readonly chain: readonly SignedStatement[];
}

describe("followRotations", () => {
  const rows: readonly (Row & { readonly names: readonly string[] })[] = [
    { what: "no rotation", from: first, chain: [], names: ["alice"] },
    { what: "one rotation", from: first, chain: [toSecond], names: ["bob"] },
    { what: "two rotations", from: first, chain: [toSecond, toThird], names: ["carol"] },
    { what: "a chain whose beginning is known already", from: second, chain: [toSecond, toThird], names: ["carol"] },
    { what: "a chain that is known already", from: third, chain: [toSecond, toThird], names: ["carol"] },
    {
      what: "thresholds that are reached on both sides",
      from: rootOf({ keys: [alice, bob], threshold: 2 }),
      chain: [signedRoot(rootOf({ version: 2, keys: [carol, dora], threshold: 2 }), [alice, bob, carol, dora])],
      names: ["carol", "dora"],
    },
    {
      what: "a key that stays and signs for both sides",
      from: first,
      chain: [signedRoot(rootOf({ version: 2, keys: [alice, bob] }), [alice])],
      names: ["alice", "bob"],
    },
  ];
  test.each(rows)("takes $what", ({ from, chain, names }) => {
    const root = followRotations(from, chain);
    expect(root.ok ? root.value.keys.map(({ name }) => name) : root.problem).toEqual(names);
  });

  const refused: readonly (Row & { readonly problem: RegExp })[] = [
    { what: "a missing link", from: first, chain: [toThird], problem: /follows version 2, and version 1 is trusted/ },
    { what: "links in the wrong order", from: first, chain: [toThird, toSecond], problem: /follows version 2/ },
    {
      what: "a skipped version",
      from: first,
      chain: [signedRoot(third, [alice, carol])],
      problem: /follows version 2, and version 1 is trusted/,
    },
    {
      what: "the same version twice",
      from: first,
      chain: [toSecond, signedRoot(rootOf({ version: 2, keys: [dora] }), [alice, bob, dora])],
      problem: /follows version 1, and version 2 is trusted/,
    },
    {
      what: "signatures of the new keys only",
      from: first,
      chain: [signedRoot(second, [bob])],
      problem: /1 of the trusted keys, and has 0/,
    },
    {
      what: "signatures of the old keys only",
      from: first,
      chain: [signedRoot(second, [alice])],
      problem: /1 of the new keys, and has 0/,
    },
    {
      what: "the signature of a stranger",
      from: first,
      chain: [signedRoot(second, [dora, bob])],
      problem: /1 of the trusted keys, and has 0/,
    },
    {
      what: "fewer old keys than the threshold",
      from: rootOf({ keys: [alice, bob], threshold: 2 }),
      chain: [signedRoot(rootOf({ version: 2, keys: [carol] }), [alice, carol])],
      problem: /2 of the trusted keys, and has 1/,
    },
    {
      what: "fewer new keys than the new threshold",
      from: first,
      chain: [signedRoot(rootOf({ version: 2, keys: [bob, carol], threshold: 2 }), [alice, bob])],
      problem: /2 of the new keys, and has 1/,
    },
    {
      what: "one old key that signs twice for a threshold of two",
      from: rootOf({ keys: [alice, bob], threshold: 2 }),
      chain: [twice(signedRoot(rootOf({ version: 2, keys: [carol] }), [alice, carol]))],
      problem: /2 of the trusted keys, and has 1/,
    },
    {
      what: "the signature of a key that is revoked",
      from: rootOf({ keys: [alice, bob], revoked: [alice.public.id] }),
      chain: [signedRoot(rootOf({ version: 2, keys: [carol] }), [alice, carol])],
      problem: /1 of the trusted keys, and has 0/,
    },
    {
      what: "a revoked key that comes back as a new one",
      from: rootOf({ keys: [bob], revoked: [alice.public.id] }),
      chain: [signedRoot(rootOf({ version: 2, keys: [alice] }), [bob, alice])],
      problem: /1 of the new keys, and has 0/,
    },
    {
      what: "a key that the statement itself revokes",
      from: first,
      chain: [signedRoot(rootOf({ version: 2, keys: [bob], revoked: [bob.public.id] }), [alice, bob])],
      problem: /1 of the new keys, and has 0/,
    },
    {
      what: "a statement whose text was changed after it was signed",
      from: first,
      chain: [{ ...signedRoot(rootOf({ version: 2, keys: [dora] }), []), signatures: toSecond.signatures }],
      problem: /1 of the trusted keys, and has 0/,
    },
  ];
  test.each(refused)("refuses $what", ({ from, chain, problem }) => {
    const root = followRotations(from, chain);
    expect(root.ok ? "taken" : root.problem).toMatch(problem);
  });

  test("keeps revoked keys revoked, also when the next statement does not name them", () => {
    const from = rootOf({ keys: [alice], revoked: [dora.public.id] });
    const root = followRotations(from, [toSecond, toThird]);
    expect(root.ok && root.value.revoked).toEqual([dora.public.id]);
  });
});

describe("firstRoot", () => {
  test("takes a statement that its own keys sign, whatever its version", () => {
    expect(firstRoot(signedRoot(third, [carol]))).toEqual({ ok: true, value: third });
  });

  test("refuses one that they do not", () => {
    const root = firstRoot(signedRoot(third, [bob]));
    expect(root.ok ? "taken" : root.problem).toMatch(/1 of the new keys, and has 0/);
  });
});

function twice(statement: SignedStatement): SignedStatement {
  return { ...statement, signatures: [...statement.signatures, ...statement.signatures] };
}
