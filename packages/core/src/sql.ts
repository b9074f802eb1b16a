/** What SQLite stores. */
export type SqlValue = null | number | bigint | string | Uint8Array;
export type SqlRow = Readonly<Record<string, SqlValue>>;

/**
 * A database on the caller's own thread, for programs that write little.
 * Every write is on disk when the call returns. Failures are StorageErrors E_DATABASE.
 */
export interface SqlDatabase {
  /** @returns the number of rows changed */
  run(sql: string, params?: readonly SqlValue[]): number;
  all(sql: string, params?: readonly SqlValue[]): readonly SqlRow[];
  get(sql: string, params?: readonly SqlValue[]): SqlRow | undefined;
  /** All of `work`, or none of it. */
  transaction<Value>(work: () => Value): Value;
  close(): void;
}

/** A step from schema version N to N + 1: statements that are run in one transaction. */
export type Migration = readonly string[];
