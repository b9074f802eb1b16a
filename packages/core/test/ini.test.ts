import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatIni, parseIni, setIniValue } from "../src/ini.ts";

/** Sections with their keys and values, as plain objects; or the problem. */
function read(text: string, dialect?: Parameters<typeof parseIni>[1]) {
  const parsed = parseIni(text, dialect);
  if (!parsed.ok) return parsed.problem;
  return Object.fromEntries(
    Array.from(parsed.value.values(), ({ name, entries }) => [
      name,
      Object.fromEntries(Array.from(entries.values(), ({ key, value }) => [key, value])),
    ]),
  );
}

describe("reading", () => {
  test.each([
    ["an empty file", "", {}],
    ["an equals sign or a colon", "[a]\nx = 1\ny: 2\n", { a: { x: "1", y: "2" } }],
    ["further signs as part of the value", "[a]\nx = 1 = 2 : 3\n", { a: { x: "1 = 2 : 3" } }],
    ["keys without regard to case", "[a]\nKeY = V\n", { a: { key: "V" } }],
    ["sections with regard to case", "[a]\nx=1\n[A]\nx=2\n", { a: { x: "1" }, A: { x: "2" } }],
    ["an empty value", "[a]\nx =\n", { a: { x: "" } }],
    ["the last of a repeated key", "[a]\nx=1\nx=2\n", { a: { x: "2" } }],
    ["a repeated section as one", "[a]\nx=1\n[b]\n[a]\ny=2\n", { a: { x: "1", y: "2" }, b: {} }],
    ["indented lines as more of the value", "[a]\nx = 1\n  2\n\t3\ny = 4\n", { a: { x: "1\n2\n3", y: "4" } }],
    ["blank lines inside a value, and none behind it", "[a]\nx = 1\n\n  2\n\n", { a: { x: "1\n\n2" } }],
    ["comments on lines of their own", "# c\n[a]\n; c\nx = 1\n  # c\n  2\n", { a: { x: "1\n2" } }],
    ["marks inside a line as text", "[a]\nx = 1 ; 2 # 3\n", { a: { x: "1 ; 2 # 3" } }],
    ["lines of Windows and a byte order mark", "\uFEFF[a]\r\nx = 1\r\n", { a: { x: "1" } }],
    ["percent signs as they are", "[a]\nx = %(here)s\n", { a: { x: "%(here)s" } }],
  ])("takes %s", (_what, text, expected) => {
    expect(read(text)).toEqual(expected);
  });

  test("keeps the line of each key, from 1", () => {
    const parsed = parseIni("# c\n[a]\nx = 1\n  2\ny = 3\n");
    if (!parsed.ok) throw new Error(parsed.problem.problem);
    expect(parsed.value.get("a")?.line).toBe(2);
    expect(parsed.value.get("a")?.entries.get("y")?.line).toBe(5);
  });

  test.each([
    ["x = 1\n", { line: 1, problem: '"x = 1" stands before the first [section]' }],
    ["[a]\n\nword\n", { line: 3, problem: '"word" is neither a [section] nor key = value' }],
    ["[a]\n= 1\n", { line: 2, problem: '"= 1" has no key before the "="' }],
  ])("refuses %j and names the line", (text, problem) => {
    expect(read(text)).toEqual(problem);
  });

  test("cuts inline comments where the dialect has them, and only behind white space", () => {
    expect(read("[a]\nx = 1 ; c\ny = 1;2 # c\n", { inlineComments: ";#" })).toEqual({ a: { x: "1", y: "1;2" } });
  });

  test("puts lines before the first header into the dialect's section", () => {
    expect(read("x = 1\n[b]\ny = 2\n", { headerlessSection: "a" })).toEqual({ a: { x: "1" }, b: { y: "2" } });
  });

  test("gives a key that stands alone the dialect's value", () => {
    expect(read("[a]\nDebug\nx = 1\n", { bareKeyValue: "true" })).toEqual({ a: { debug: "true", x: "1" } });
  });

  test("ends for every text", () => {
    fc.assert(fc.property(fc.string(), (text) => void parseIni(text)));
    fc.assert(
      fc.property(fc.array(fc.constantFrom("[a]", "x=1", "  y", "", "#", ";c", " z = 2", "[")), (lines) => {
        parseIni(lines.join("\n"), { inlineComments: ";#", headerlessSection: "h" });
      }),
    );
  });
});

const names = fc.stringMatching(/^[a-z][a-z0-9_.]{0,8}$/);
const values = fc
  .array(fc.stringMatching(/^[!"$-:<-~]([ -~]{0,8}[!-~])?$/), { maxLength: 3 })
  .map((lines) => lines.join("\n"));

describe("writing", () => {
  test("looks as Python writes it", () => {
    expect(formatIni({ a: { x: "1", y: "2\n3" }, b: {} })).toBe("[a]\nx = 1\ny = 2\n\t3\n\n[b]\n\n");
  });

  test("is read back as it was", () => {
    fc.assert(
      fc.property(
        fc.dictionary(names, fc.dictionary(names, values, { noNullPrototype: true }), { noNullPrototype: true }),
        (sections) => {
          expect(read(formatIni(sections))).toEqual(sections);
        },
      ),
    );
  });
});

describe("changing one value", () => {
  test.each([
    ["in place", "[a]\nx = 1\ny = 2\n", "[a]\nx = new\ny = 2\n"],
    ["and keeps comments", "# one\n[a]\n; two\nx: 1\n# three\n", "# one\n[a]\n; two\nx = new\n# three\n"],
    ["with all its lines", "[a]\nx = 1\n  2\n\n  # c\n  3\n\n# d\ny = 4\n", "[a]\nx = new\n\n# d\ny = 4\n"],
    ["where the key is written otherwise", "[a]\nX=1\n", "[a]\nx = new\n"],
    ["of a repeated key where it counts", "[a]\nx = 1\nx = 2\n", "[a]\nx = 1\nx = new\n"],
    ["of a repeated section where it counts", "[a]\nx = 1\n[b]\n[a]\nx = 2\n", "[a]\nx = 1\n[b]\n[a]\nx = new\n"],
    ["and adds it behind the section's last line", "[a]\ny = 1\n\n[b]\nx = 2\n", "[a]\ny = 1\nx = new\n\n[b]\nx = 2\n"],
    ["and adds it to an empty section", "[b]\n[a]\n", "[b]\n[a]\nx = new\n"],
    ["and adds the section", "[b]\nx = 1", "[b]\nx = 1\n[a]\nx = new\n\n"],
    ["in an empty file", "", "[a]\nx = new\n\n"],
  ])("%s", (_how, before, after) => {
    expect(setIniValue(before, "a", "x", "new")).toBe(after);
  });

  test("of several lines stays one value", () => {
    expect(read(setIniValue("[a]\nx = 1\ny = 2\n", "a", "x", "p\n[b]\nq = 3"))).toEqual({
      a: { x: "p\n[b]\nq = 3", y: "2" },
    });
  });

  test("is read back, and changes nothing else", () => {
    const lines = fc.constantFrom("[a]", "[b]", "x = 1", "y = 2", "x: 3", "  more", "", "# c", "  ; c");
    fc.assert(
      fc.property(fc.array(lines), names, values, (body, key, value) => {
        const before = `[a]\n${body.join("\n")}`;
        const expected = read(before);
        fc.pre(!("problem" in expected));
        const after = read(setIniValue(before, "a", key, value));
        const section = (expected as Record<string, Record<string, string>>)["a"];
        expect(after).toEqual({ ...expected, a: { ...section, [key]: value } });
      }),
    );
  });
});
