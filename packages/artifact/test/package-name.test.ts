import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatPackageName, parsePackageName } from "../src/package-name.ts";

describe("a package's file name", () => {
  test.each([
    ["test_app.v1.tar.gz", "test_app", "1"],
    ["your_app.v1.2.3.tar.gz", "your_app", "1.2.3"],
    ["gwe.v1.5.RC68.tar.gz", "gwe", "1.5.RC68"],
    ["elementtree.v126-20050316.tar.gz", "elementtree", "126-20050316"],
    ["gmq.v10_0ca92e7.tar.gz", "gmq", "10_0ca92e7"],
    ["device-client.v1-4-13.tar.gz", "device-client", "1-4-13"],
    ["app.v1.v2.tar.gz", "app", "1.v2"],
    ["app.v1.tar.gz.tar.gz", "app", "1.tar.gz"],
  ])("%s is %s in version %s", (fileName, name, version) => {
    expect(parsePackageName(fileName)).toEqual({ ok: true, value: { name, version, fileName } });
  });

  test.each([
    ["app.v1.tgz", "suffix"],
    ["", "suffix"],
    ["app.v1.tar.gz ", "suffix"],
    ["my app.v1.tar.gz", "white-space"],
    ["app.v1\n.tar.gz", "white-space"],
    ["app.v1\u0000.tar.gz", "white-space"],
    ["../app.v1.tar.gz", "separator"],
    ["app.v1/2.tar.gz", "separator"],
    ["app.tar.gz", "version"],
    ["app.v.tar.gz", "version"],
    ["app.v...tar.gz", "version"],
    [".v1.tar.gz", "name"],
    ["my.app.v1.tar.gz", "name"],
    ["..v1.tar.gz", "name"],
    ["-rf.v1.tar.gz", "name"],
    ["a]b.v1.tar.gz", "name"],
    [`${"a".repeat(101)}.v1.tar.gz`, "length"],
    [`app.v${"1".repeat(101)}.tar.gz`, "length"],
  ])("%j breaks the rule about %s", (fileName, rule) => {
    const parsed = parsePackageName(fileName);
    expect(parsed.ok ? "none" : parsed.problem.rule).toBe(rule);
  });

  test("what is put together is read apart again", () => {
    const name = fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_-]{0,20}$/);
    const version = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._+-]{0,20}$/);
    fc.assert(
      fc.property(name, version, (name, version) => {
        const fileName = formatPackageName(name, version);
        expect(parsePackageName(fileName)).toEqual({ ok: true, value: { name, version, fileName } });
      }),
    );
  });

  test("whatever is accepted is one safe path segment", () => {
    const nasty = fc.string({ unit: fc.constantFrom("a", ".", "v", "/", " ", "\u0000", "-", "1", ".v", "..") });
    fc.assert(
      fc.property(nasty, (stem) => {
        const parsed = parsePackageName(`${stem}.tar.gz`);
        if (!parsed.ok) return;
        for (const part of [parsed.value.name, parsed.value.version]) {
          expect(part).not.toMatch(/^\.*$|[/\s\u0000]/);
        }
      }),
    );
  });
});
