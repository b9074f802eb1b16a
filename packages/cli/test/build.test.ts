import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { goodPackage } from "@gateway-engine/testkit/package-fixtures";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { TestGateway } from "./run-gwe.ts";

let gateway: TestGateway;
beforeEach(() => {
  gateway = new TestGateway();
});
afterEach(() => gateway.remove());

function put(name: string, content: string | Uint8Array, mode = 0o644): void {
  writeFileSync(join(gateway.folder, name), content);
  chmodSync(join(gateway.folder, name), mode);
}

function putApp(buildfile: Readonly<Record<string, unknown>> = {}): void {
  put("install.sh", "#!/bin/sh\necho installed\n", 0o755);
  const defaults = { name: "app", version: "1", includes: ["install.sh"], excludes: [] };
  put("app.json", JSON.stringify({ ...defaults, pre_build_cmds: [], post_build_cmds: [], ...buildfile }));
}

describe("--build-app", () => {
  test("prints the tarball's path and nothing else, whatever its commands print", async () => {
    putApp({ pre_build_cmds: ["echo before; echo more >&2"], post_build_cmds: ["echo after"] });
    const ran = await gateway.gwe("--build-app", "app.json");
    expect(ran).toMatchObject({ status: 0, stdout: `${gateway.folder}/app.v1.tar.gz\n` });
    expect((await gateway.gwe("--check-tarball", "app.v1.tar.gz")).status).toBe(0);
  });

  test("tells what it packed and checked with -d DEBUG", async () => {
    putApp();
    const ran = await gateway.gwe("--build-app", "app.json", "-d", "DEBUG");
    expect(ran.stdout).toBe(`${gateway.folder}/app.v1.tar.gz\n`);
    expect(ran.stderr).toContain("packed install.sh\n");
    expect(ran.stderr).toContain("[PASS] installer: install.sh\n");
  });

  test("fails with one line when a command fails", async () => {
    putApp({ pre_build_cmds: ["exit 3"] });
    const stderr = "gwe: pre-build command failed with exit status 3: exit 3\n";
    expect(await gateway.gwe("--build-app", "app.json")).toEqual({ status: 65, stdout: "", stderr });
  });
});

describe("-y -n NAME -s VERSION", () => {
  test("packs the current folder without dot files and older packages", async () => {
    put("install.sh", "#!/bin/sh\n", 0o755);
    put("data.txt", "data");
    put(".secret", "key");
    put("other.v1.tar.gz", "old");
    const { status, stdout, stderr } = await gateway.gwe("-y", "-n", "my_app", "-s", "1.2", "-d", "DEBUG");
    expect({ status, stdout }).toEqual({ status: 0, stdout: `${gateway.folder}/my_app.v1.2.tar.gz\n` });
    expect(stderr.match(/^packed .*$/gm)).toEqual(["packed data.txt", "packed install.sh"]);
  });

  test("refuses a name that no package can have", async () => {
    const ran = await gateway.gwe("-y", "-n", "my app", "-s", "1");
    expect(ran).toMatchObject({ status: 65, stdout: "" });
    expect(ran.stderr).toMatch(/^gwe: my app.v1.tar.gz is not a package name: .+\n$/);
  });
});

describe("--check-buildfile", () => {
  test("says [PASS] of a good one", async () => {
    putApp();
    expect(await gateway.gwe("-w", "app.json")).toEqual({ status: 0, stdout: "[PASS]\n", stderr: "" });
  });

  test("warns of a file that is not there yet", async () => {
    putApp({ includes: ["install.sh", "made-later"], pre_build_cmds: ["touch made-later"] });
    const { status, stdout } = await gateway.gwe("--check-buildfile", "app.json");
    expect(status).toBe(0);
    expect(stdout).toMatch(/^\[WARN\] includes: there is no "made-later" .+\n\[PASS\]\n$/);
  });

  test("says [FAIL] and what is wrong of a bad one", async () => {
    put("app.json", '{ "name": 5 }');
    const ran = await gateway.gwe("-w", "app.json");
    expect(ran).toMatchObject({ status: 1, stderr: "" });
    expect(ran.stdout).toMatch(/^\[FAIL\] .+\n$/);
  });

  test("names a file that does not exist", async () => {
    const stderr = `gwe: cannot read ${gateway.folder}/none.json: no such file or folder\n`;
    expect(await gateway.gwe("-w", "none.json")).toEqual({ status: 74, stdout: "", stderr });
  });
});

describe("--check-tarball", () => {
  test.each(["-z", "--check-tarball", "--check-tarfile"])("%s prints one line a rule", async (option) => {
    const { fileName, bytes } = goodPackage();
    put(fileName, bytes);
    const { status, stdout, stderr } = await gateway.gwe(option, fileName);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toMatch(/^(\[PASS\] [a-z.-]+: .+\n)+$/);
  });

  test("ends with status 1 when a rule is broken", async () => {
    put("app.v1.tar.gz", "this is no archive");
    const { status, stdout } = await gateway.gwe("-z", "app.v1.tar.gz");
    expect(status).toBe(1);
    expect(stdout).toContain("[FAIL] archive: ");
  });
});
