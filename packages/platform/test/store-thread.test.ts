import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { openStoreThread, type StoreThread } from "@gateway-engine/platform/store-thread";
import { afterEach, beforeEach, expect, test } from "vitest";

/** The store of fixtures/names-thread.mjs. */
interface Names {
  add(names: readonly string[], value?: Uint8Array): number;
  remove(name: string): number;
  note(name: string): void;
  runs(): number;
  names(): readonly string[];
  limit(pages: number): void;
  missing(): void;
  /** How often a commit failed that the store was told of. */
  relieved(): number;
}

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "store-thread-"));
  file = join(folder, "deep", "names.db");
});

afterEach(() => rm(folder, { recursive: true, force: true }));

test("what a resolved write stored is in the file while the database is still open", async () => {
  const thread = await open();
  expect(await thread.write("add", ["one"])).toBe(1);
  const other = new DatabaseSync(file, { readOnly: true });
  expect(other.prepare("SELECT name FROM item").all()).toEqual([{ name: "one" }]);
  expect(other.prepare("PRAGMA journal_mode").get()).toEqual({ journal_mode: "wal" });
  other.close();
  await thread.close();
});

test("a call that fails is undone as a whole and takes none of its neighbours with it", async () => {
  const thread = await open();
  const results = await Promise.allSettled([
    thread.write("add", ["first"]),
    thread.write("add", ["a"]),
    thread.write("add", ["b", "a"]),
    thread.write("add", ["c"]),
  ]);
  expect(results.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "rejected", "fulfilled"]);
  expect(results[2]).toMatchObject({ reason: { code: "E_DATABASE", details: { file } } });
  expect(await thread.read("names")).toEqual(["a", "c", "first"]);
  await thread.close();
});

test("calls of one method that arrive together are made as one, or one by one when one of them fails", async () => {
  const thread = await open();
  const note = (names: readonly string[]) => Promise.allSettled(names.map((name) => thread.write("note", name)));
  const stored = (results: readonly PromiseSettledResult<void>[]) =>
    results.map(({ status }) => status === "fulfilled");
  expect(stored(await note(["a", "b", "c"]))).toEqual([true, true, true]);
  expect(await thread.read("runs")).toBe(1);
  expect(stored(await note(["d", "a", "e"]))).toEqual([true, false, true]);
  expect(await thread.read("names")).toEqual(["a", "b", "c", "d", "e"]);
  await thread.close();
});

test("when the disk is full, a write fails with E_DISK_FULL, and one that removes in the same commit does not", async () => {
  const thread = await open();
  await thread.write("limit", 12);
  const big = new Uint8Array(3000);
  let added = 0;
  const fill = async (): Promise<unknown> => {
    for (;;) {
      await thread.write("add", [`n${added}`], big);
      added += 1;
    }
  };
  await expect(fill()).rejects.toMatchObject({ code: "E_DISK_FULL" });
  const [first, refused, removed] = await Promise.allSettled([
    thread.read("names"),
    thread.write("add", ["one", "two"], new Uint8Array(8000)),
    thread.write("remove", "n0"),
  ]);
  expect(first).toMatchObject({ value: { length: added } });
  expect(refused).toMatchObject({ status: "rejected", reason: { code: "E_DISK_FULL" } });
  expect(removed).toEqual({ status: "fulfilled", value: 1 });
  expect(await thread.read("relieved")).toBeGreaterThan(0);
  expect(await thread.write("add", ["again"], big)).toBe(1);
  await thread.close();
});

test("closing waits for what was written before, and what comes after fails", async () => {
  const thread = await open();
  const writes = ["a", "b", "c"].map((name) => thread.write("add", [name]));
  await Promise.all([thread.close(), ...writes]);
  await expect(thread.write("add", ["d"])).rejects.toMatchObject({
    code: "E_DATABASE",
    details: { reason: "it is closed" },
  });
  const other = new DatabaseSync(file, { readOnly: true });
  expect(other.prepare("SELECT count(*) AS count FROM item").get()).toEqual({ count: 3 });
  other.close();
});

test("a method that the store does not have is an error of that call alone", async () => {
  const thread = await open();
  await expect(thread.read("missing")).rejects.toMatchObject({ code: "E_DATABASE" });
  expect(await thread.read("names")).toEqual([]);
  await thread.close();
});

test("a file that is no database is an error that names it", async () => {
  file = join(folder, "names.db");
  await writeFile(file, "this is not a database, but long enough to be looked at as one".repeat(20));
  await expect(open()).rejects.toMatchObject({ code: "E_DATABASE", details: { file } });
});

function open(): Promise<StoreThread<Names>> {
  const module = new URL("./fixtures/names-thread.mjs", import.meta.url);
  return openStoreThread<Names>({ module, file }, () => ({ file }));
}
