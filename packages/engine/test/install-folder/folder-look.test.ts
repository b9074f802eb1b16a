import { expect, test } from "vitest";
import { type FoundFile, type KnownFiles, lookAgain } from "../../src/install-folder/folder-look.ts";

const file = (name: string, size = 1, modifiedAt = 1): FoundFile => ({ name, size, modifiedAt });

const rows: readonly { readonly what: string; readonly looks: readonly FoundFile[][]; readonly whole: string[][] }[] = [
  { what: "a new file waits for the second look", looks: [[file("a")], [file("a")]], whole: [[], ["a"]] },
  { what: "it is whole once", looks: [[file("a")], [file("a")], [file("a")]], whole: [[], ["a"], []] },
  {
    what: "one that grows is waited for",
    looks: [[file("a", 1)], [file("a", 2)], [file("a", 3)], [file("a", 3)]],
    whole: [[], [], [], ["a"]],
  },
  {
    what: "one that is replaced by another of the same size is new",
    looks: [[file("a")], [file("a")], [file("a", 1, 2)], [file("a", 1, 2)]],
    whole: [[], ["a"], [], ["a"]],
  },
  {
    what: "one that was gone is new",
    looks: [[file("a")], [file("a")], [], [file("a")], [file("a")]],
    whole: [[], ["a"], [], [], ["a"]],
  },
  {
    what: "several come in the order of their names",
    looks: [
      [file("b"), file("a"), file("c")],
      [file("c"), file("b"), file("a")],
    ],
    whole: [[], ["a", "b", "c"]],
  },
];

test.each(rows)("$what", ({ looks, whole }) => {
  let known: KnownFiles = new Map();
  const seen = looks.map((found) => {
    const look = lookAgain(known, found);
    known = look.known;
    expect(known.size).toBe(found.length);
    return look.whole.map(({ name }) => name);
  });
  expect(seen).toEqual(whole);
});
