import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseEnvironment } from "../../src/config/environment.ts";
import { expand } from "../../src/config/expand.ts";
import { pythonRepr } from "../../src/config/python-repr.ts";
import { splitWords } from "../../src/config/shlex.ts";

describe("splitWords", () => {
  test.each([
    { text: "", words: [] },
    { text: "  cat\t-v \n file ", words: ["cat", "-v", "file"] },
    { text: `sh -c "sleep 1; exit 'x'"`, words: ["sh", "-c", "sleep 1; exit 'x'"] },
    { text: `a'b'"c"d`, words: ["abcd"] },
    { text: `a "" ''`, words: ["a", "", ""] },
    { text: String.raw`a\ b "\"\\\n" '\'`, words: ["a b", String.raw`"\\n`, "\\"] },
    { text: "a # b", words: ["a", "#", "b"] },
  ])("$text", ({ text, words }) => {
    expect(splitWords(text)).toEqual({ ok: true, value: words });
  });

  test.each([
    { text: 'echo "unterminated', problem: "No closing quotation" },
    { text: "echo 'x", problem: "No closing quotation" },
    { text: "echo \\", problem: "No escaped character" },
  ])("$text: $problem", ({ text, problem }) => {
    expect(splitWords(text)).toEqual({ ok: false, problem });
  });

  test("a word in single quotes is that word, whatever is in it", () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (words) => {
        const quoted = words.map((word) => `'${word.replaceAll("'", `'"'"'`)}'`).join(" ");
        expect(splitWords(quoted)).toEqual({ ok: true, value: words });
      }),
    );
  });

  test("the shell agrees, about texts without its own specialities", () => {
    const character = fc.constantFrom("a", "b", " ", "'", '"', "\\");
    const texts = fc.sample(fc.string({ unit: character, maxLength: 12 }), 60).filter((text) => splitWords(text).ok);
    for (const text of texts) {
      const script = 'eval "set -- $1"; printf "%s\\0" "$@"';
      const shown = execFileSync("sh", ["-c", script, "sh", text], { encoding: "utf8" });
      const words = splitWords(text);
      expect(words.ok && words.value).toEqual(
        words.ok && words.value.length === 0 ? [] : shown.split("\0").slice(0, -1),
      );
    }
  });
});

describe("parseEnvironment", () => {
  test.each([
    { text: "", expected: {} },
    { text: `KEY="v",K2=v2`, expected: { KEY: "v", K2: "v2" } },
    {
      text: `A="pb,with comma", B='x y' ,C=/usr/bin:/bin`,
      expected: { A: "pb,with comma", B: "x y", C: "/usr/bin:/bin" },
    },
    { text: `A="",B=1`, expected: { A: "", B: "1" } },
    { text: `A=1,`, expected: { A: "1" } },
    { text: `A="1"\nB="2"`, problem: true },
    { text: `A="1",\n  B="2"`, expected: { A: "1", B: "2" } },
    { text: `A=1,A=2`, expected: { A: "2" } },
    { text: `A="it's",B='"'`, expected: { A: "it's", B: '"' } },
    { text: String.raw`A="\"\\\n"`, expected: { A: String.raw`"\\n` } },
    { text: "A=1 # note", expected: { A: "1" } },
    { text: "A", problem: true },
    { text: "A=", problem: true },
    { text: "A=a@b", problem: true },
    { text: 'A="open', problem: true },
  ])("$text", ({ text, expected, problem }) => {
    expect(parseEnvironment(text)).toEqual(
      problem ? { ok: false, problem: expect.any(String) } : { ok: true, value: expected },
    );
  });

  test("says what supervisord says", () => {
    expect(parseEnvironment("A")).toEqual({ ok: false, problem: "Unexpected end of key/value pairs in value 'A'" });
  });
});

describe("expand", () => {
  const names = new Map<string, string | number>([
    ["program_name", "web"],
    ["process_num", 7],
    ["ENV_HOME", "/root"],
  ]);

  test.each([
    { text: "plain", expected: "plain" },
    { text: "%(program_name)s_%(process_num)02d", expected: "web_07" },
    { text: "%(process_num)d/%(process_num)s/%(process_num)3d/%(process_num)-3d|", expected: "7/7/  7/7  |" },
    { text: "%(process_num)x %(process_num)+d", expected: "7 +7" },
    { text: "100%% of %(ENV_HOME)s", expected: "100% of /root" },
    { text: "%(program_name)5s|%(program_name).2s", expected: "  web|we" },
  ])("$text -> $expected", ({ text, expected }) => {
    expect(expand(text, names, "program:web.command")).toEqual({ ok: true, value: expected });
  });

  test.each([
    {
      text: "%(ENV_NOPE)s",
      problem:
        "Format string '%(ENV_NOPE)s' for 'program:web.command' contains names ('ENV_NOPE') which cannot be expanded. Available names: ENV_HOME, process_num, program_name",
    },
    {
      text: "date +%Y",
      problem:
        "Format string 'date +%Y' for 'program:web.command' is badly formatted: unsupported format character 'Y' (0x59) at index 7",
    },
    { text: "100%", problem: "Format string '100%' for 'program:web.command' is badly formatted: incomplete format" },
    {
      text: "%(program_name",
      problem: "Format string '%(program_name' for 'program:web.command' is badly formatted: incomplete format key",
    },
    {
      text: "%(program_name)d",
      problem:
        "Format string '%(program_name)d' for 'program:web.command' is badly formatted: %d format: a real number is required, not str",
    },
    {
      text: "date +%s",
      problem:
        "Format string 'date +%s' for 'program:web.command' is badly formatted: %s has no (name); write %% for %",
    },
  ])("$text is refused", ({ text, problem }) => {
    expect(expand(text, names, "program:web.command")).toEqual({ ok: false, problem });
  });

  test("leaves every text without a percent sign alone, and undoes %%", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(expand(text.replaceAll("%", "%%"), names, "x")).toEqual({ ok: true, value: text });
      }),
    );
  });
});

test.each([
  ["plain", "'plain'"],
  ["it's", `"it's"`],
  [`it's "x"`, `'it\\'s "x"'`],
  ["tab\tline\n\\ \u0001", "'tab\\tline\\n\\\\ \\x01'"],
])("pythonRepr(%j) is %s", (text, shown) => {
  expect(pythonRepr(text)).toBe(shown);
});
