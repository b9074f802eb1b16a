import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, readdirSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { nodeFiles } from "@gateway-engine/platform/files";
import { nodeCommandRunner } from "@gateway-engine/platform/processes";
import { expect, test } from "vitest";
import { buildPackage } from "../src/build-package.ts";
import { digestOf } from "../src/digest.ts";
import { neverAborted, temporaryFolder } from "./helpers.ts";

const NO_COMMANDS = { pre_build_cmds: [], post_build_cmds: [] };

/** An application's folder with a buildfile that says `keys`. */
function makeApplication(keys: Readonly<Record<string, unknown>>): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "install.sh"), "#!/bin/sh\necho ok\n", { mode: 0o755 });
  mkdirSync(join(folder, "lib/deep"), { recursive: true });
  for (const file of ["app.py", "lib/a.py", "lib/a.pyc", "lib/deep/b.py", "lib/deep/.hidden"]) {
    writeFileSync(join(folder, file), file);
  }
  const buildfile = { name: "app", version: "1", includes: ["*"], excludes: [], ...NO_COMMANDS, ...keys };
  writeFileSync(join(folder, "build.json"), JSON.stringify(buildfile));
  return folder;
}

function build(folder: string) {
  return buildPackage(
    { files: nodeFiles, commands: nodeCommandRunner, env: { PATH: process.env["PATH"] ?? "" } },
    { buildfile: join(folder, "build.json"), folder, signal: neverAborted },
  );
}

test("the package holds what the patterns select, and the machine's own tar can read it", async () => {
  const folder = makeApplication({ includes: ["install.sh", "./lib/"], excludes: ["*.pyc"] });
  symlinkSync("a.py", join(folder, "lib/link"));
  const { path, checks } = await build(folder);
  expect(path).toBe(join(folder, "app.v1.tar.gz"));
  expect(checks.every(({ verdict }) => verdict === "PASS")).toBe(true);
  const listing = execFileSync("tar", ["tzvf", path], { encoding: "utf8", env: { ...process.env, TZ: "UTC" } });
  expect(listing.trim().split("\n")).toEqual([
    expect.stringMatching(/^-rwxr-xr-x (0\/0|root\/root) +18 1970-01-01 00:00 install.sh$/),
    expect.stringMatching(/^drwxr-xr-x .* lib\/$/),
    expect.stringMatching(/^-rw-r--r-- .* lib\/a.py$/),
    expect.stringMatching(/^drwxr-xr-x .* lib\/deep\/$/),
    expect.stringMatching(/^-rw-r--r-- .* lib\/deep\/.hidden$/),
    expect.stringMatching(/^-rw-r--r-- .* lib\/deep\/b.py$/),
    expect.stringMatching(/^lrwxr-xr-x .* lib\/link -> a.py$/),
  ]);
});

test("the same files give the same bytes, whenever and under whichever umask they were written", async () => {
  const [one, two] = [makeApplication({}), makeApplication({})];
  chmodSync(join(two, "app.py"), 0o664);
  utimesSync(join(two, "app.py"), 1, 1);
  const digests = await Promise.all(
    [one, two].map(async (folder) => digestOf(nodeFiles.stream((await build(folder)).path))),
  );
  expect(digests[0]).toEqual(digests[1]);
});

test("building again does not put the last package into the next one", async () => {
  const folder = makeApplication({});
  const first = await build(folder);
  expect((await build(folder)).files).toEqual(first.files);
  expect(readdirSync(folder).filter((name) => name.includes(".tar.gz"))).toEqual(["app.v1.tar.gz"]);
});

test("a file larger than every buffer is packed whole", async () => {
  const folder = makeApplication({ includes: ["install.sh", "big"] });
  const big = Buffer.alloc(3_000_001, "big");
  writeFileSync(join(folder, "big"), big);
  const { path } = await build(folder);
  expect(execFileSync("tar", ["xzOf", path, "big"], { maxBuffer: 10_000_000 }).equals(big)).toBe(true);
});

test("commands run in the folder with the environment, before and after", async () => {
  const folder = makeApplication({
    includes: ["install.sh", "generated"],
    pre_build_cmds: ["echo made > generated"],
    post_build_cmds: ["rm generated", "test -f app.v1.tar.gz"],
  });
  const { path } = await build(folder);
  expect(execFileSync("tar", ["xzOf", path, "generated"], { encoding: "utf8" })).toBe("made\n");
  expect(readdirSync(folder)).not.toContain("generated");
});

test("a command that fails stops the build with its words and its status", async () => {
  const folder = makeApplication({ pre_build_cmds: ["exit 3"] });
  await expect(build(folder)).rejects.toThrow("pre-build command failed with exit status 3: exit 3");
  expect(readdirSync(folder)).not.toContain("app.v1.tar.gz");
});

test("an include that selects nothing is named", async () => {
  const folder = makeApplication({ includes: ["install.sh", "main.py"] });
  await expect(build(folder)).rejects.toThrow(/build.json: "includes" holds "main.py", but .* has no such file/);
});

test("a package that breaks a rule is not left behind, nor is the last good one touched", async () => {
  const folder = makeApplication({});
  const { path } = await build(folder);
  const good = readFileSync(path);
  chmodSync(join(folder, "install.sh"), 0o644);
  await expect(build(folder)).rejects.toThrow("[FAIL] x-bit: install.sh has no x bit");
  expect(readFileSync(path).equals(good)).toBe(true);
  expect(readdirSync(folder).filter((name) => name.endsWith(".partial"))).toEqual([]);
});

test("a link that leads out of the folder is refused", async () => {
  const folder = makeApplication({});
  symlinkSync("/etc/passwd", join(folder, "passwd"));
  await expect(build(folder)).rejects.toThrow('the link "passwd" points out of the package');
});

test("a buildfile that is missing or no JSON is named", async () => {
  const folder = makeApplication({});
  writeFileSync(join(folder, "build.json"), "{\n");
  await expect(build(folder)).rejects.toThrow(/build.json: line 2, column 1: not JSON/);
  await expect(
    buildPackage(
      { files: nodeFiles, commands: nodeCommandRunner, env: {} },
      { buildfile: join(folder, "none.json"), folder, signal: neverAborted },
    ),
  ).rejects.toThrow("none.json: no such file");
});
