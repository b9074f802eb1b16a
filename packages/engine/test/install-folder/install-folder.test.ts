import { createHash } from "node:crypto";
import { mkdtemp, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { StorageError } from "@gateway-engine/core/errors";
import type { Files } from "@gateway-engine/core/files";
import { systemClock } from "@gateway-engine/platform/clock";
import { nodeFiles } from "@gateway-engine/platform/files";
import { systemRandom } from "@gateway-engine/platform/random";
import { openSqlite } from "@gateway-engine/platform/sqlite";
import { expect, onTestFinished, test } from "vitest";
import { InstallFolder } from "../../src/install-folder/install-folder.ts";
import { Journal } from "../../src/journal/journal.ts";
import { JOURNAL_SCHEMA } from "../../src/journal/schema.ts";

interface Setup {
  readonly inForce?: Readonly<Record<string, string>>;
  readonly files?: Files;
}

/** A stick, and an engine that looks at it when the test says so. */
async function stickAndEngine({ inForce = {}, files = nodeFiles }: Setup = {}) {
  const home = await mkdtemp(join(tmpdir(), "gwe-stick-"));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  const database = openSqlite(join(home, "journal.db"), JOURNAL_SCHEMA);
  onTestFinished(() => database.close());
  const journal = new Journal({ database, clock: systemClock, random: systemRandom });
  const stick = join(home, "stick");
  const lines: string[] = [];
  const write = (line: string) => void lines.push(line);
  const log = { debug: write, info: write, warn: write, error: write, named: () => log };
  const begin = () => {
    let look: () => void = () => {};
    let looked: () => void = () => {};
    const stopping = new AbortController();
    onTestFinished(() => stopping.abort());
    const folder = new InstallFolder(stick, {
      files,
      journal,
      versions: { versionOf: async (app) => inForce[app] },
      clock: {
        ...systemClock,
        sleep: (_ms, signal) =>
          new Promise((resolve, reject) => {
            signal.addEventListener("abort", () => reject(new Error("stopped")));
            look = resolve;
            looked();
          }),
      },
      log,
      onInstalls: () => {},
    });
    const first = new Promise<void>((resolve) => {
      looked = resolve;
    });
    folder.run(stopping.signal).catch(() => {});
    return {
      first,
      again: () =>
        new Promise<void>((resolve) => {
          looked = resolve;
          look();
        }),
    };
  };
  const orders = () =>
    journal
      .summaries(100)
      .map(({ name }) => name)
      .toReversed();
  return { stick, begin, orders, lines, journal };
}

test("what appears is ordered in the order of names, and other files are left alone", async () => {
  const { stick, begin, orders } = await stickAndEngine();
  const engine = begin();
  await engine.first;
  expect(orders()).toEqual([]);
  await nodeFiles.makeFolder(`${stick}/c.v1.tar.gz`);
  for (const name of ["b.v1.tar.gz", "a.v2.tar.gz", "readme.txt", "a.tar.gz"]) {
    await writeFile(join(stick, name), name);
  }
  await symlink(join(stick, "a.v2.tar.gz"), join(stick, "link.v1.tar.gz"));
  await engine.again();
  expect(orders()).toEqual([]);
  await engine.again();
  expect(orders()).toEqual(["a.v2.tar.gz", "b.v1.tar.gz"]);
  await engine.again();
  expect(orders()).toHaveLength(2);
});

test("a file that is still being copied is waited for, and one that is renamed into place is taken", async () => {
  const { stick, begin, orders, journal } = await stickAndEngine();
  await nodeFiles.makeFolder(stick);
  const engine = begin();
  await engine.first;
  for (const content of ["h", "ha", "hal"]) {
    await writeFile(join(stick, "a.v1.tar.gz"), content);
    await engine.again();
    expect(orders()).toEqual([]);
  }
  await writeFile(join(stick, "b.v1.tar.gz.tmp"), "b");
  await engine.again();
  expect(orders()).toEqual(["a.v1.tar.gz"]);
  await rename(join(stick, "b.v1.tar.gz.tmp"), join(stick, "b.v1.tar.gz"));
  await engine.again();
  await engine.again();
  expect(orders()).toEqual(["a.v1.tar.gz", "b.v1.tar.gz"]);
  expect(journal.nextOrder("local")).toMatchObject({
    install: {
      source: join(stick, "a.v1.tar.gz"),
      size: 3,
      sha256: createHash("sha256").update("hal").digest("hex"),
    },
  });
});

test("a stick that is pulled out and put back orders nothing again, also after a restart; what is new on it is ordered", async () => {
  const { stick, begin, orders, lines } = await stickAndEngine();
  await nodeFiles.makeFolder(stick);
  await writeFile(join(stick, "a.v1.tar.gz"), "one");
  const engine = begin();
  await engine.first;
  await engine.again();
  await rename(stick, `${stick}.out`);
  await engine.again();
  await rename(`${stick}.out`, stick);
  await engine.again();
  await engine.again();
  expect(orders()).toEqual(["a.v1.tar.gz"]);
  const restarted = begin();
  await restarted.first;
  await writeFile(join(stick, "b.v1.tar.gz"), "new");
  await restarted.again();
  await restarted.again();
  expect(orders()).toEqual(["a.v1.tar.gz", "b.v1.tar.gz"]);
  expect(lines.filter((line) => line.includes("it was taken before"))).toHaveLength(2);
});

test("a package that could not be read from the stick is ordered again when the stick comes back", async () => {
  const { stick, begin, orders, journal } = await stickAndEngine();
  await nodeFiles.makeFolder(stick);
  await writeFile(join(stick, "a.v1.tar.gz"), "one");
  const engine = begin();
  await engine.first;
  await engine.again();
  const open = journal.nextOrder("local");
  if (open?.kind !== "install") throw new Error("nothing was ordered");
  const failure = { status: "failed", code: "E_FILE_READ", message: "the stick is gone" } as const;
  journal.enter(open.install, { kind: "downloading", restarts: 0, checks: [], output: "" });
  journal.enter(open.install, { kind: "failed", restarts: 0, checks: [], output: "", failure, notRestored: [] });
  const restarted = begin();
  await restarted.first;
  await restarted.again();
  expect(orders()).toEqual(["a.v1.tar.gz", "a.v1.tar.gz"]);
});

test("a version that is in force is not installed again", async () => {
  const { stick, begin, orders, lines } = await stickAndEngine({ inForce: { a: "1" } });
  await nodeFiles.makeFolder(stick);
  await writeFile(join(stick, "a.v1.tar.gz"), "one");
  const engine = begin();
  await engine.first;
  await engine.again();
  await engine.again();
  expect(orders()).toEqual([]);
  expect(lines.filter((line) => line.includes("installed already"))).toHaveLength(1);
});

test("a file that cannot be read is told once, and the others are ordered", async () => {
  const broken: Files = {
    ...nodeFiles,
    stream: async function* (path) {
      if (path.endsWith("a.v1.tar.gz")) throw new StorageError("E_FILE_READ", { file: path, reason: "i/o error" });
      yield* nodeFiles.stream(path);
    },
  };
  const { stick, begin, orders, lines } = await stickAndEngine({ files: broken });
  await nodeFiles.makeFolder(stick);
  for (const name of ["a.v1.tar.gz", "b.v1.tar.gz"]) await writeFile(join(stick, name), name);
  const engine = begin();
  await engine.first;
  for (let look = 0; look < 4; look += 1) await engine.again();
  expect(orders()).toEqual(["b.v1.tar.gz"]);
  expect(lines.filter((line) => line.includes("i/o error"))).toHaveLength(1);
});

test("a folder that cannot be listed is told once", async () => {
  const list = async (path: string) => {
    throw new StorageError("E_FILE_READ", { file: path, reason: "permission denied" });
  };
  const { begin, lines } = await stickAndEngine({ files: { ...nodeFiles, list } });
  const engine = begin();
  await engine.first;
  await engine.again();
  await engine.again();
  expect(lines.filter((line) => line.startsWith("install_folder:"))).toHaveLength(1);
});
