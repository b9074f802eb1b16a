import { join } from "node:path";
import { nextTurn } from "@gateway-engine/platform/event-loop";
import { openSqlite } from "@gateway-engine/platform/sqlite";
import { ADDITIONAL_GATEWAY_RESOURCES } from "@gateway-engine/protocol/gateway-resources";
import { temporaryFolder } from "@gateway-engine/testkit/temporary-folder";
import { expect, onTestFinished, test } from "vitest";
import { migrations } from "../../src/db/migrations.ts";
import { createSqliteDatabase } from "../../src/db/sql-database.ts";
import { databaseContract } from "./database-contract.ts";

databaseContract("SQLite", async () => createSqliteDatabase(openSqlite(":memory:", migrations("BLOB")), nextTurn));

test("gateway products of an older server get the resources that came later, and keep those of their own", async () => {
  const folder = temporaryFolder("fleet-schema");
  onTestFinished(() => folder.remove());
  const file = join(folder.path, "fleet.db");
  const older = openSqlite(file, migrations("BLOB").slice(0, 2));
  for (const id of ["plain", "own"]) older.run("INSERT INTO products VALUES (?, ?, 'gateway', 0)", [id, id]);
  older.run("INSERT INTO products VALUES ('device', 'device', 'device', 0)");
  older.run("INSERT INTO resources VALUES ('own', 'queue_report', 'Mine', 'string', 1)");
  older.close();

  const database = createSqliteDatabase(openSqlite(file, migrations("BLOB")), nextTurn);
  const { products } = database.stores;
  expect(await products.resources("plain")).toEqual(expect.arrayContaining([...ADDITIONAL_GATEWAY_RESOURCES]));
  expect(await products.resources("own")).toMatchObject([
    { alias: "alert" },
    { alias: "deployment_status" },
    { alias: "metrics" },
    { name: "Mine" },
  ]);
  expect(await products.resources("device")).toEqual([]);
  await database.close();
});
