import type { SqlDatabase, SqlValue } from "@gateway-engine/core/sql";
import { type Dialect, SqliteDialect, type SqliteStatement } from "kysely";

/** Lets kysely speak to the SQLite database behind our own port. */
export function sqliteDialect(database: SqlDatabase): Dialect {
  return new SqliteDialect({
    database: {
      prepare: (sql) => statement(database, sql),
      close: () => database.close(),
    },
  });
}

function statement(database: SqlDatabase, sql: string): SqliteStatement {
  const all = (parameters: readonly unknown[]) => [...database.all(sql, parameters as readonly SqlValue[])];
  return {
    reader: RETURNS_ROWS.test(sql),
    all,
    iterate: (parameters) => all(parameters)[Symbol.iterator](),
    run: (parameters) => ({
      changes: database.run(sql, parameters as readonly SqlValue[]),
      // The application makes all identifiers; row ids mean nothing.
      lastInsertRowid: 0,
    }),
  };
}

/** Values are always parameters, so these words can only be SQL. */
const RETURNS_ROWS = /^\s*(select|with)\b|\breturning\b/i;
