import { expect, test } from "vitest";
import { parseBuildfile } from "../src/buildfile.ts";

const DEMO = {
  excludes: [],
  name: "gmq_demo",
  includes: ["gmq_demo.py", "install.sh", "supervisor.conf"],
  pre_build_cmds: ["bash gwe.build"],
  post_build_cmds: ["rm install.sh supervisor.conf"],
  version: "5",
};

test("a buildfile of the original is read", () => {
  expect(parseBuildfile(JSON.stringify(DEMO, undefined, 2))).toEqual({
    ok: true,
    value: {
      name: "gmq_demo",
      version: "5",
      includes: DEMO.includes,
      excludes: [],
      preBuildCommands: DEMO.pre_build_cmds,
      postBuildCommands: DEMO.post_build_cmds,
    },
  });
});

test.each([
  [{ ...DEMO, version: 5 }, '"version" must be a text such as "1.2", got 5'],
  [{ ...DEMO, name: null }, '"name" must be a text such as "my_app", got null'],
  [{ ...DEMO, name: "a b" }, '"name" and "version" make no package name: it holds white space or control characters'],
  [{ ...DEMO, name: "a.vb" }, '"name" is "a.vb", but must not hold ".v"'],
  [{ ...DEMO, version: "" }, '"name" and "version" make no package name: there is no version after the ".v"'],
  [{ ...DEMO, includes: "install.sh" }, '"includes" must be a list of texts, got "install.sh"'],
  [{ ...DEMO, excludes: [1] }, '"excludes" must be a list of texts, got [1]'],
  [{ ...DEMO, includes: [] }, '"includes" is an empty list, so there is nothing to put in'],
  [{ ...DEMO, includes: ["../x"] }, '"includes" holds "../x", which lies outside the current folder'],
  [{ ...DEMO, includes: ["/etc"] }, '"includes" holds "/etc", which lies outside the current folder'],
  [{ ...DEMO, post_build_cmds: undefined }, 'the key "post_build_cmds" is missing'],
  [
    { ...DEMO, inclds: [] },
    'the key "inclds" is not one of name, version, includes, excludes, pre_build_cmds, post_build_cmds',
  ],
  [[], "expected an object with the keys name, version, includes, excludes, pre_build_cmds, post_build_cmds"],
])("%j is refused: %s", (content, problem) => {
  expect(parseBuildfile(JSON.stringify(content))).toEqual({ ok: false, problem });
});

test.each([
  ['{\n  "name": "x",\n  oops\n}', /^line 3, column 3: not JSON: /],
  ['{\n  "name": "x"', /^line 2, column 14: not JSON: /],
  ["", /^line 1, column 1: not JSON: /],
])("%j is refused with the place where it stops being JSON", (text, message) => {
  const parsed = parseBuildfile(text);
  expect(parsed.ok ? "" : parsed.problem).toMatch(message);
});
