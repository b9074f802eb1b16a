import {
  BROKEN_PACKAGES,
  type BrokenPackage,
  goodPackage,
  longRunningPackage,
} from "@gateway-engine/testkit/package-fixtures";
import { tarGz } from "@gateway-engine/testkit/tar-writer";
import { describe, expect, test } from "vitest";
import { checkPackage, formatChecks } from "../src/check-package.ts";
import { inPieces, neverAborted } from "./helpers.ts";

async function check(fixture: { readonly fileName: string; readonly bytes: Uint8Array }) {
  const result = await checkPackage({
    fileName: fixture.fileName,
    source: inPieces(fixture.bytes),
    signal: neverAborted,
  });
  return { ok: result.ok, lines: formatChecks(result.results) };
}

test("a long-running application passes every rule", async () => {
  expect(await check(longRunningPackage({ name: "counter", version: "1.2" }))).toEqual({
    ok: true,
    lines: [
      "[PASS] name: application counter, version 1.2",
      "[PASS] archive: gzip-compressed tar, 2 entries, 3072 bytes unpacked",
      "[PASS] structure: files at the top",
      "[PASS] installer: install.sh",
      "[PASS] x-bit: install.sh may be executed",
      "[PASS] shebang: #!/bin/sh",
      "[PASS] supervisor.conf: a long-running application",
    ],
  });
});

test("a one-off application in a folder of its own passes", async () => {
  const bytes = tarGz([{ path: "app.v1/install.sh", mode: 0o755, content: "#!/usr/bin/env bash\nreboot\n" }]);
  const { ok, lines } = await check({ fileName: "app.v1.tar.gz", bytes });
  expect(ok).toBe(true);
  expect(lines).toContain("[PASS] structure: everything in the folder app.v1");
  expect(lines).toContain("[PASS] supervisor.conf: none, a one-off application");
});

const BROKEN: readonly (readonly [BrokenPackage, string])[] = [
  ["name-breaks-rule", "[FAIL] name: it holds white space or control characters (rename the file to"],
  ["not-gzip", "[FAIL] archive: it is not gzip (make it with tar czf"],
  ["truncated-gzip", "[FAIL] archive: it is cut short"],
  ["huge", "[FAIL] archive: it unpacks to more than 500 times its size"],
  ["dot-dot-path", '[FAIL] structure: the path "../../escaped" leads out of the package'],
  ["symlink-out", '[FAIL] structure: the link "bin/link" points out of the package'],
  ["no-installer", "[FAIL] installer: neither install.sh nor setup.py (add an install.sh)"],
  ["no-x-bit", "[FAIL] x-bit: install.sh has no x bit (chmod +x install.sh)"],
  ["no-shebang", '[FAIL] shebang: install.sh does not begin with "#!" (make "#!/bin/sh" its first line)'],
  ["windows-line-ends", "[FAIL] shebang: install.sh has Windows line ends"],
  ["supervisor-conf-without-section", "[FAIL] supervisor.conf: it has no section [supervisord]"],
];

test.each(BROKEN)("%s: %s", async (broken, line) => {
  const { ok, lines } = await check(BROKEN_PACKAGES[broken]());
  expect(ok).toBe(false);
  expect(lines.filter((text) => text.startsWith("[FAIL]"))).toEqual([expect.stringContaining(line)]);
});

test("every broken package of the testkit fails", async () => {
  for (const make of Object.values(BROKEN_PACKAGES)) expect((await check(make())).ok).toBe(false);
});

describe("a package is accepted with a warning when", () => {
  test("it has only a setup.py", async () => {
    const { ok, lines } = await check({ fileName: "lib.v1.tar.gz", bytes: tarGz([{ path: "setup.py" }]) });
    expect(ok).toBe(true);
    expect(lines.join("\n")).toContain("[WARN] installer: setup.py");
  });

  test("install.sh is for another interpreter", async () => {
    const bytes = tarGz([{ path: "install.sh", mode: 0o755, content: "#!/usr/bin/python3\n" }]);
    const { ok, lines } = await check({ fileName: "app.v1.tar.gz", bytes });
    expect(ok).toBe(true);
    expect(lines.join("\n")).toContain("[WARN] shebang: #!/usr/bin/python3 is no shell");
  });

  test("supervisor.conf has no command", async () => {
    const { ok, lines } = await check(goodPackage({ supervisorConf: "[supervisord]\ncommand = ; later\n" }));
    expect(ok).toBe(true);
    expect(lines.at(-1)).toMatch(/^\[WARN\] supervisor.conf: it has no command/);
  });
});

test("a link in the place of supervisor.conf or install.sh is not followed", async () => {
  const { fileName } = goodPackage();
  const bytes = tarGz([
    { path: "real.sh", mode: 0o755, content: "#!/bin/sh\n" },
    { path: "install.sh", type: "2", target: "real.sh" },
    { path: "supervisor.conf", type: "2", target: "real.sh" },
  ]);
  const { lines } = await check({ fileName, bytes });
  expect(lines.filter((line) => line.startsWith("[FAIL]"))).toEqual([
    "[FAIL] installer: install.sh is not a plain file (put the script itself in)",
    "[FAIL] supervisor.conf: it is not a plain file of at most 65536 bytes (put the text itself in)",
  ]);
});
