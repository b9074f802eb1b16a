import { goodPackage } from "@gateway-engine/testkit/package-fixtures";
import { type TarEntry, tarGz } from "@gateway-engine/testkit/tar-writer";
import { expect, test } from "vitest";
import { checkPackage, formatChecks } from "../src/check-package.ts";
import { inPieces, neverAborted } from "./helpers.ts";

async function check(fileName: string, bytes: Uint8Array) {
  const { ok, results } = await checkPackage({ fileName, source: inPieces(bytes), signal: neverAborted });
  const codes = results.flatMap(({ verdict, code }) => (verdict === "FAIL" ? [code ?? "E_PACKAGE_CONTENT"] : []));
  return { ok, codes, lines: formatChecks(results) };
}

function manifest(value: unknown, path = "gwe.json"): TarEntry {
  return { path, content: JSON.stringify(value) };
}

test("a package with a good gwe.json says how long its probation is", async () => {
  const { fileName, bytes } = goodPackage({ others: [manifest({ probation: 5, health: { tcp: "127.0.0.1:80" } })] });
  expect((await check(fileName, bytes)).lines).toContain("[PASS] gwe.json: probation 5 s, with a health check");
});

test("a package without gwe.json has no line about it", async () => {
  const { fileName, bytes } = goodPackage();
  expect((await check(fileName, bytes)).lines.join("\n")).not.toContain("gwe.json");
});

test("the actions of gwe.json take the place of an install.sh", async () => {
  const copy = { copy: "bin/tool", to: "/usr/local/bin/tool" };
  const bytes = tarGz([manifest({ install: [copy] }, "app.v1/gwe.json"), { path: "app.v1/bin/tool", content: "x" }]);
  const { ok, lines } = await check("app.v1.tar.gz", bytes);
  expect(ok).toBe(true);
  expect(lines).toContain("[PASS] installer: gwe.json, 1 action");
});

test("a part of the engine needs neither an installer nor a program", async () => {
  const { ok, lines } = await check("gmq.v3.tar.gz", tarGz([manifest({ component: "gmq" })]));
  expect(ok).toBe(true);
  expect(lines).toContain("[PASS] gwe.json: replaces gmq, a part of the engine");
});

test.each<[title: string, fileName: string, entries: readonly TarEntry[], line: string]>([
  ["gwe.json is not JSON", "app.v1.tar.gz", [{ path: "gwe.json", content: "{\n nope" }], "line 2, column 2: not JSON"],
  ["a key is unknown", "app.v1.tar.gz", [manifest({ helth: {} })], '"helth" is not a key that is known'],
  [
    "gwe.json is a link",
    "app.v1.tar.gz",
    [{ path: "gwe.json", type: "2", target: "a" }],
    "it is not a plain, small file",
  ],
  ["it is too large", "app.v1.tar.gz", [{ path: "gwe.json", content: " ".repeat(70_000) }], "it is not a plain, small"],
  [
    "there are two installers",
    "app.v1.tar.gz",
    [manifest({ install: [{ run: ["x"] }] })],
    "there are both install.sh and",
  ],
  [
    "it has the name of a part",
    "gwe.v1.5.RC68.tar.gz",
    [],
    '"gwe" is a part of the engine, and this package does not say',
  ],
  ["it replaces another part", "app.v1.tar.gz", [manifest({ component: "gwe" })], 'but the package\'s name is "app"'],
])("a package is refused when %s", async (_title, fileName, others, line) => {
  const { lines, codes } = await check(fileName, goodPackage({ others }).bytes);
  expect(lines.filter((text) => text.startsWith("[FAIL]"))).toEqual([expect.stringMatching(/^\[FAIL\] gwe\.json: /)]);
  expect(lines.join("\n")).toContain(line);
  expect(codes).toEqual(["E_MANIFEST"]);
});

test("a package is refused when an action copies what is not there", async () => {
  const bytes = tarGz([manifest({ install: [{ copy: "tool", to: "/bin/tool" }] })]);
  const { lines } = await check("app.v1.tar.gz", bytes);
  expect(lines).toContain('[FAIL] gwe.json: "install" copies "tool", which is not in the package');
});
