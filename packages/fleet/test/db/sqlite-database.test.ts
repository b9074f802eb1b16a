import { nextTurn } from "@gateway-engine/platform/event-loop";
import { openSqlite } from "@gateway-engine/platform/sqlite";
import { migrations } from "../../src/db/migrations.ts";
import { createSqliteDatabase } from "../../src/db/sql-database.ts";
import { databaseContract } from "./database-contract.ts";

databaseContract("SQLite", async () => createSqliteDatabase(openSqlite(":memory:", migrations("BLOB")), nextTurn));
