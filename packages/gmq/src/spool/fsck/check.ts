import type { SqlDatabase, SqlRow, SqlValue } from "@gateway-engine/core/sql";

/** One kind of fault. */
export interface Check {
  /** Finds a row for each fault; none has to do with another. */
  readonly find: string;
  readonly describe: (row: SqlRow) => string;
  readonly repair: (database: SqlDatabase, row: SqlRow) => void;
}

/**
 * A repair by one statement.
 *
 * @param columns of the row that was found, in the order of the statement's parameters
 */
export function repairBy(sql: string, ...columns: readonly string[]): Check["repair"] {
  return (database, row) => void database.run(sql, valuesOf(row, columns));
}

function valuesOf(row: SqlRow, columns: readonly string[]): readonly SqlValue[] {
  return columns.map((column) => row[column] ?? null);
}

/** So that no server takes numbers that may be given a second time for a repetition. */
export function rename(database: SqlDatabase): void {
  database.run("UPDATE spool SET id = lower(hex(randomblob(8)))");
}
