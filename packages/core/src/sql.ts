/** What SQLite stores. */
export type SqlValue = null | number | bigint | string | Uint8Array;
export type SqlRow = Readonly<Record<string, SqlValue>>;

export interface SqlStatement {
  readonly sql: string;
  readonly params?: readonly SqlValue[];
}

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

/**
 * A database on a thread of its own, for programs that write much: writes that arrive while one commit is under way
 * share the next one (group commit).
 */
export interface GroupCommitDatabase {
  /**
   * Runs the statements in order, all or none.
   *
   * @returns rows of each statement, after the commit that holds them is on disk
   */
  write(statements: readonly SqlStatement[]): Promise<readonly (readonly SqlRow[])[]>;
  /** Reads what was committed. */
  read(sql: string, params?: readonly SqlValue[]): Promise<readonly SqlRow[]>;
  close(): Promise<void>;
}

/** A step from schema version N to N + 1: statements that are run in one transaction. */
export type Migration = readonly string[];
