import { describe, expect, test } from "vitest";
import { parseIni } from "../src/ini.ts";

/** Section, key and value of everything in the text, as supervisor.conf's dialect reads it. */
function read(text: string): readonly (readonly [string, string, string])[] {
  const parsed = parseIni(text, { inlineComments: ";#" });
  if (!parsed.ok) throw new Error(parsed.problem.problem);
  return [...parsed.value.values()].flatMap(({ name, entries }) =>
    [...entries.values()].map(({ key, value }) => [name, key, value] as const),
  );
}

describe("the dialect of supervisor.conf", () => {
  test.each([
    { name: "a blank and ; begin a comment", text: "[a]\nk=v ; note", expected: [["a", "k", "v"]] },
    { name: "a blank and # begin a comment", text: "[a]\nk=v # note", expected: [["a", "k", "v"]] },
    { name: "; without a blank is text", text: "[a]\nk=v;w", expected: [["a", "k", "v;w"]] },
    { name: "a comment begins inside quotes too", text: '[a]\nk=sh -c "a ; b"', expected: [["a", "k", 'sh -c "a']] },
    { name: "a comment after a character outside the BMP", text: "[a]\nk=😀😀 ; note", expected: [["a", "k", "😀😀"]] },
    { name: "a comment after a header", text: "[a] ; note\nk=v", expected: [["a", "k", "v"]] },
    { name: "an indented header", text: "[a]\n  [b]\n  k=v", expected: [["b", "k", "v"]] },
    { name: "a bracket in a header", text: "[program:x[1]]\nk=v", expected: [["program:x[1]", "k", "v"]] },
    { name: "a value over several lines", text: "[a]\nk=v\n  w\n\n  x", expected: [["a", "k", "v\nw\n\nx"]] },
    { name: "comments inside such a value", text: "[a]\nk=v\n; no\n  # no\n  w", expected: [["a", "k", "v\nw"]] },
    { name: "a header-like line inside a value", text: "[a]\nk=v\n  [b]", expected: [["a", "k", "v\n[b]"]] },
    {
      name: "lower-cased keys, both separators",
      text: "[a]\nCOMMAND : v\nx=1:2",
      expected: [
        ["a", "command", "v"],
        ["a", "x", "1:2"],
      ],
    },
    {
      name: "merged sections, the last key",
      text: "[a]\nk=1\n[b]\n[a]\nk=2\nl=3",
      expected: [
        ["a", "k", "2"],
        ["a", "l", "3"],
      ],
    },
  ])("$name", ({ text, expected }) => {
    expect(read(text)).toEqual(expected);
  });
});
