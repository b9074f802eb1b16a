import { execFileSync } from "node:child_process";
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TreeFiles } from "@gateway-engine/core/files";
import { nodeFiles } from "@gateway-engine/platform/files";
import {
  BROKEN_PACKAGES,
  type BrokenPackage,
  goodPackage,
  installScript,
} from "@gateway-engine/testkit/package-fixtures";
import { tarGz } from "@gateway-engine/testkit/tar-writer";
import { describe, expect, test } from "vitest";
import { extractPackage } from "../src/extract-package.ts";
import { inPieces, neverAborted, temporaryFolder } from "./helpers.ts";

function extractInto(folder: string, bytes: Uint8Array, files: TreeFiles = nodeFiles) {
  return extractPackage({ files, name: "app.v1.tar.gz", source: inPieces(bytes), folder, signal: neverAborted });
}

test("files, folders, modes and links are as in the archive", async () => {
  const folder = join(temporaryFolder(), "release");
  const bytes = tarGz([
    { path: "app/bin/run", mode: 0o4755, content: "run" },
    { path: "app/secret", mode: 0o600, content: "secret" },
    { path: "app/link", type: "2", target: "bin/run" },
    { path: "app/second", type: "1", target: "app/first" },
    { path: "app/first", type: "1", target: "app/bin/run" },
    { path: "app/locked", type: "5", mode: 0o500 },
    { path: "app/locked/inside", mode: 0o444, content: "x" },
  ]);
  const contentRoot = join(folder, (await extractInto(folder, bytes)).contentRoot);
  expect(contentRoot).toBe(join(folder, "app"));
  expect(readFileSync(join(contentRoot, "bin/run"), "utf8")).toBe("run");
  expect(lstatSync(join(contentRoot, "bin/run")).mode & 0o7777).toBe(0o755);
  expect(lstatSync(join(contentRoot, "secret")).mode & 0o7777).toBe(0o600);
  expect(readlinkSync(join(contentRoot, "link"))).toBe("bin/run");
  expect(lstatSync(join(contentRoot, "second")).ino).toBe(lstatSync(join(contentRoot, "bin/run")).ino);
  expect(readFileSync(join(contentRoot, "locked/inside"), "utf8")).toBe("x");
});

test("what the machine's own tar has packed is unpacked", async () => {
  const home = temporaryFolder();
  mkdirSync(join(home, "in/deep/er"), { recursive: true });
  writeFileSync(join(home, "in/install.sh"), "#!/bin/sh\n", { mode: 0o755 });
  writeFileSync(join(home, `in/deep/er/${"long-name-".repeat(15)}`), "long");
  execFileSync("tar", ["czf", join(home, "app.tgz"), "-C", join(home, "in"), "."]);
  const { entries } = await extractInto(join(home, "out"), readFileSync(join(home, "app.tgz")));
  expect(entries.map(({ path }) => path).sort()).toEqual([
    "deep",
    "deep/er",
    `deep/er/${"long-name-".repeat(15)}`,
    "install.sh",
  ]);
});

const UNSAFE: readonly BrokenPackage[] = [
  "truncated-gzip",
  "truncated-tar",
  "damaged-gzip",
  "dot-dot-path",
  "absolute-path",
  "symlink-out",
  "symlink-out-through-links",
  "file-below-symlink",
  "hard-link-out",
  "fifo",
  "device",
  "huge",
];

describe("of a package that is refused nothing is left:", () => {
  test.each(UNSAFE)("%s", async (broken) => {
    const home = temporaryFolder();
    await expect(extractInto(join(home, "release"), BROKEN_PACKAGES[broken]().bytes)).rejects.toThrow("app.v1.tar.gz");
    expect(readdirSync(home)).toEqual([]);
    expect(existsSync("/tmp/escaped")).toBe(false);
  });
});

test("what an interrupted try left is cleared away", async () => {
  const home = temporaryFolder();
  mkdirSync(join(home, "release.partial/old"), { recursive: true });
  writeFileSync(join(home, "release.partial/install.sh"), "half");
  await extractInto(join(home, "release"), goodPackage().bytes);
  expect(readdirSync(home)).toEqual(["release"]);
  expect(readdirSync(join(home, "release"))).toEqual(["install.sh"]);
});

test("a folder that is there already stays as it is", async () => {
  const home = temporaryFolder();
  mkdirSync(join(home, "release"));
  await expect(extractInto(join(home, "release"), goodPackage().bytes)).rejects.toThrow("it exists already");
  expect(readdirSync(home)).toEqual(["release"]);
});

test("a disk that fills up leaves nothing behind, and says so", async () => {
  const home = temporaryFolder();
  const full: TreeFiles = {
    ...nodeFiles,
    writeUnsynced: async (path, content, mode) => {
      if (path.endsWith("data")) throw new Error("E_DISK_FULL");
      await nodeFiles.writeUnsynced(path, content, mode);
    },
  };
  const { bytes } = goodPackage({ others: [{ path: "data", content: "x".repeat(10_000) }] });
  await expect(extractInto(join(home, "release"), bytes, full)).rejects.toThrow("E_DISK_FULL");
  expect(readdirSync(home)).toEqual([]);
});

/** Files of a process that dies after so many changes: nothing that it tries from then on happens. */
function dyingAfter(changes: number): TreeFiles {
  let left = changes;
  const dying =
    <Args extends readonly unknown[]>(change: (...args: Args) => Promise<void>) =>
    async (...args: Args): Promise<void> => {
      left -= 1;
      if (left < 0) throw new Error("the power is gone");
      await change(...args);
    };
  return {
    ...nodeFiles,
    writeUnsynced: dying(nodeFiles.writeUnsynced),
    makeFolder: dying(nodeFiles.makeFolder),
    makeSymlink: dying(nodeFiles.makeSymlink),
    makeHardLink: dying(nodeFiles.makeHardLink),
    setMode: dying(nodeFiles.setMode),
    syncFolder: dying(nodeFiles.syncFolder),
    syncAll: dying(nodeFiles.syncAll),
    rename: dying(nodeFiles.rename),
    remove: dying(nodeFiles.remove),
  };
}

test("wherever the engine is cut off, the folder is whole or not there, and the next try makes it", async () => {
  const bytes = tarGz([
    installScript("true"),
    { path: "d", type: "5", mode: 0o700 },
    { path: "d/file", content: "content" },
    { path: "d/link", type: "2", target: "file" },
    { path: "d/hard", type: "1", target: "d/file" },
  ]);
  let wasWhole = false;
  for (let changes = 0; !wasWhole; changes += 1) {
    const home = temporaryFolder();
    const folder = join(home, "release");
    await extractInto(folder, bytes, dyingAfter(changes)).catch(() => {});
    wasWhole = existsSync(folder);
    if (!wasWhole) await extractInto(folder, bytes);
    expect(readdirSync(home)).toEqual(["release"]);
    expect(readdirSync(join(folder, "d"))).toEqual(["file", "hard", "link"]);
    expect(readFileSync(join(folder, "d/link"), "utf8")).toBe("content");
    expect(changes).toBeLessThan(100);
  }
});

test("everything is made durable before the folder gets its name", async () => {
  const home = temporaryFolder();
  const calls: string[] = [];
  const recorded: TreeFiles = {
    ...nodeFiles,
    writeUnsynced: async (path, content, mode) => {
      await nodeFiles.writeUnsynced(path, content, mode);
      calls.push(`write ${path.slice(home.length)}`);
    },
    syncAll: async (folder, paths) => {
      await nodeFiles.syncAll(folder, paths);
      for (const path of paths) calls.push(`sync ${path.slice(home.length)}`);
    },
    syncFolder: async (path) => {
      await nodeFiles.syncFolder(path);
      calls.push(`sync ${path.slice(home.length)}`);
    },
    rename: async (from, to) => {
      await nodeFiles.rename(from, to);
      calls.push(`rename ${to.slice(home.length)}`);
    },
  };
  await extractInto(join(home, "r"), tarGz([installScript("true"), { path: "a/b/c" }]), recorded);
  expect(calls).toEqual([
    "write /r.partial/install.sh",
    "write /r.partial/a/b/c",
    "sync /r.partial/install.sh",
    "sync /r.partial/a/b/c",
    "sync /r.partial/a/b",
    "sync /r.partial/a",
    "sync /r.partial",
    "rename /r",
    "sync ",
  ]);
});
