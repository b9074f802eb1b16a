import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openSqlite } from "../src/sqlite.ts";

const MIGRATIONS = [
  ["CREATE TABLE fruit (name TEXT PRIMARY KEY, weight INTEGER)"],
  ["ALTER TABLE fruit ADD COLUMN seed BLOB"],
];
let file: string;
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "gwe-sqlite-"));
  file = join(folder, "state/a.db");
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

test("what was written is there after it was opened again", () => {
  const first = openSqlite(file, MIGRATIONS);
  expect(first.run("INSERT INTO fruit VALUES (?, ?, ?)", ["apple", 100, Uint8Array.of(1, 2)])).toBe(1);
  first.close();
  const second = openSqlite(file, MIGRATIONS);
  expect(second.get("SELECT * FROM fruit WHERE name = ?", ["apple"])).toMatchObject({
    weight: 100,
    seed: Uint8Array.of(1, 2),
  });
  expect(second.get("SELECT * FROM fruit WHERE name = ?", ["pear"])).toBeUndefined();
  second.close();
});

test("every commit is on disk: WAL with synchronous=FULL", () => {
  const database = openSqlite(file, MIGRATIONS);
  expect(database.get("PRAGMA journal_mode")).toMatchObject({ journal_mode: "wal" });
  expect(database.get("PRAGMA synchronous")).toMatchObject({ synchronous: 2 });
  database.close();
});

describe("the schema", () => {
  test("is brought up to date step by step, each step once", () => {
    openSqlite(file, MIGRATIONS.slice(0, 1)).close();
    const database = openSqlite(file, MIGRATIONS);
    expect(database.get("PRAGMA user_version")).toMatchObject({ user_version: 2 });
    database.run("INSERT INTO fruit (name, seed) VALUES ('a', x'00')");
    database.close();
    openSqlite(file, MIGRATIONS).close();
  });

  test("of a newer release is refused and left alone", () => {
    openSqlite(file, MIGRATIONS).close();
    expect(() => openSqlite(file, MIGRATIONS.slice(0, 1))).toThrow(/newer release \(schema 2, this release knows 1\)/);
    openSqlite(file, MIGRATIONS).close();
  });

  test("keeps nothing of a step that fails", () => {
    expect(() => openSqlite(file, [["CREATE TABLE a (x)", "NONSENSE"]])).toThrow(/syntax error/);
    const database = openSqlite(file, []);
    expect(database.all("SELECT name FROM sqlite_schema")).toEqual([]);
    database.close();
  });
});

test("a schema that a newer release has extended is used as it is where that is tolerated, and stays the newer one", () => {
  const newer = [...MIGRATIONS, ["ALTER TABLE fruit ADD COLUMN taste TEXT", "CREATE TABLE vegetable (name TEXT)"]];
  openSqlite(file, newer).close();
  expect(() => openSqlite(file, MIGRATIONS)).toThrow(expect.objectContaining({ code: "E_DATABASE_NEWER" }));
  const older = openSqlite(file, MIGRATIONS, { toleratesNewer: true });
  older.run("INSERT INTO fruit (name) VALUES ('a')");
  older.close();
  const again = openSqlite(file, newer);
  expect(again.get("SELECT name, taste FROM fruit")).toEqual({ name: "a", taste: null });
  again.close();
});

describe("a transaction", () => {
  test("is all or nothing", () => {
    const database = openSqlite(file, MIGRATIONS);
    const work = () => {
      database.run("INSERT INTO fruit (name) VALUES ('a')");
      throw new Error("in the middle");
    };
    expect(() => database.transaction(work)).toThrow("in the middle");
    expect(database.all("SELECT * FROM fruit")).toEqual([]);
    expect(database.transaction(() => database.run("INSERT INTO fruit (name) VALUES ('a')"))).toBe(1);
    database.close();
  });
});

test("a failure names the file", async () => {
  const database = openSqlite(file, MIGRATIONS);
  expect(() => database.run("INSERT INTO nowhere VALUES (1)")).toThrow(`database ${file}: no such table: nowhere`);
  database.close();
  const broken = join(folder, "broken.db");
  await writeFile(broken, "this is not a database, it is a text that is long enough to be one".repeat(10));
  expect(() => openSqlite(broken, MIGRATIONS)).toThrow(`database ${broken}: file is not a database`);
});

test("a database that is full is told from other failures, and goes on", () => {
  const database = openSqlite(file, MIGRATIONS);
  database.run("PRAGMA max_page_count = 10");
  const fill = () => database.transaction(() => database.run("INSERT INTO fruit VALUES ('big', 1, zeroblob(1000000))"));
  expect(fill).toThrow(expect.objectContaining({ code: "E_DISK_FULL" }));
  database.run("INSERT INTO fruit (name) VALUES ('small')");
  expect(database.all("SELECT name FROM fruit")).toEqual([{ name: "small" }]);
  database.close();
});

test("values go to the places that have their numbers, also twice and in another order", () => {
  const database = openSqlite(":memory:", []);
  expect(database.get("SELECT ?2 AS a, ?1 AS b, ?2 AS c", ["one", "two"])).toEqual({ a: "two", b: "one", c: "two" });
  expect(database.get("SELECT ? AS a, ? AS b, ?1 AS c", ["one", "two"])).toEqual({ a: "one", b: "two", c: "one" });
  database.close();
});
