import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
// The built module: its thread is a built file beside it.
import { openGroupCommitDatabase } from "@gateway-engine/platform/group-commit-database";
import { afterEach, beforeEach, expect, test } from "vitest";

const MIGRATIONS = [["CREATE TABLE item (name TEXT PRIMARY KEY)"]];
const insert = (name: string) => ({ sql: "INSERT INTO item (name) VALUES (?)", params: [name] });

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "group-commit-"));
  file = join(folder, "deep", "queue.db");
});

afterEach(() => rm(folder, { recursive: true, force: true }));

test("what a resolved write stored is in the file while the database is still open", async () => {
  const database = await openGroupCommitDatabase(file, MIGRATIONS);
  await database.write([insert("one")]);
  const other = new DatabaseSync(file, { readOnly: true });
  expect(other.prepare("SELECT name FROM item").all()).toEqual([{ name: "one" }]);
  expect(other.prepare("PRAGMA journal_mode").get()).toEqual({ journal_mode: "wal" });
  other.close();
  await database.close();
});

test("a submission that fails is undone as a whole and takes none of its neighbours with it", async () => {
  const database = await openGroupCommitDatabase(file, MIGRATIONS);
  const results = await Promise.allSettled([
    database.write([insert("first")]),
    database.write([insert("a")]),
    database.write([insert("b"), insert("a")]),
    database.write([insert("c")]),
  ]);
  expect(results.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "rejected", "fulfilled"]);
  expect(results[2]).toMatchObject({ reason: { code: "E_DATABASE", details: { file } } });
  expect(await database.read("SELECT name FROM item ORDER BY name")).toEqual([
    { name: "a" },
    { name: "c" },
    { name: "first" },
  ]);
  await database.close();
});

test("a statement gives back its rows", async () => {
  const database = await openGroupCommitDatabase(file, MIGRATIONS);
  const rows = await database.write([insert("a"), { sql: "SELECT count(*) AS count FROM item" }]);
  expect(rows).toEqual([[], [{ count: 1 }]]);
  await database.close();
});

test("a part of a larger buffer is stored as that part", async () => {
  const database = await openGroupCommitDatabase(file, [["CREATE TABLE blob (value BLOB)"]]);
  const part = Buffer.from("before-value-after").subarray(7, 12);
  await database.write([{ sql: "INSERT INTO blob VALUES (?)", params: [part] }]);
  expect(await database.read("SELECT value FROM blob")).toEqual([{ value: new Uint8Array(Buffer.from("value")) }]);
  await database.close();
});

test("many writers at once share commits, and each has its own answer", async () => {
  const database = await openGroupCommitDatabase(file, MIGRATIONS);
  const names = Array.from({ length: 500 }, (_, index) => `item-${index}`);
  await Promise.all(names.map((name) => database.write([insert(name)])));
  expect(await database.read("SELECT count(*) AS count FROM item")).toEqual([{ count: 500 }]);
  await database.close();
});

test("a full disk fails what needs room, and what makes room still goes through", async () => {
  const database = await openGroupCommitDatabase(file, MIGRATIONS);
  await database.write([{ sql: "PRAGMA max_page_count = 20" }]);
  const big = (index: number) => database.write([insert(`${index}`.padEnd(3000))]);
  let full: unknown;
  for (let index = 0; full === undefined; index += 1) await big(index).catch((error: unknown) => (full = error));
  expect(full).toMatchObject({ name: "StorageError", code: "E_DISK_FULL" });
  const [, ...together] = await Promise.allSettled([
    database.write([{ sql: "SELECT 1" }]),
    big(1000),
    database.write([{ sql: "DELETE FROM item" }]),
  ]);
  expect(together.map(({ status }) => status)).toEqual(["rejected", "fulfilled"]);
  await big(1001);
  await database.close();
});

test("what was submitted before close is committed, and what comes after is refused", async () => {
  const database = await openGroupCommitDatabase(file, MIGRATIONS);
  const pending = [database.write([insert("a")]), database.write([insert("b")])];
  await database.close();
  await Promise.all(pending);
  await expect(database.write([insert("c")])).rejects.toMatchObject({ code: "E_DATABASE" });
  const again = await openGroupCommitDatabase(file, MIGRATIONS);
  expect(await again.read("SELECT count(*) AS count FROM item")).toEqual([{ count: 2 }]);
  await again.close();
});

test("a file that is no database, and one of a newer release, are refused as what they are", async () => {
  const noDatabase = join(folder, "text.db");
  await writeFile(noDatabase, "this is not a database, but a text that is long enough to be looked at\n".repeat(20));
  await expect(openGroupCommitDatabase(noDatabase, MIGRATIONS)).rejects.toMatchObject({ code: "E_DATABASE" });
  await (await openGroupCommitDatabase(file, [...MIGRATIONS, []])).close();
  await expect(openGroupCommitDatabase(file, MIGRATIONS)).rejects.toMatchObject({
    code: "E_DATABASE_NEWER",
    details: { found: 2, known: 1 },
  });
});
