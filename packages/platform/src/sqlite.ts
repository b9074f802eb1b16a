import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { GatewayEngineError, StorageError } from "@gateway-engine/core/errors";
import type { Migration, SqlDatabase, SqlRow, SqlValue } from "@gateway-engine/core/sql";

export interface SqliteOptions {
  /** A schema that a newer release has extended is used as it is: each of its steps only adds what we can live with. */
  readonly toleratesNewer?: boolean;
}

/**
 * Opens a SQLite database whose every commit is on disk (WAL, synchronous=FULL), and brings its schema up to date.
 *
 * @param migrations step N brings schema version N to N + 1; the version is kept in `user_version`
 * @throws StorageError E_DATABASE, or E_DATABASE_NEWER when a newer release has written it, unless that is tolerated
 */
export function openSqlite(
  file: string,
  migrations: readonly Migration[],
  { toleratesNewer = false }: SqliteOptions = {},
): SqlDatabase {
  return guarded(file, () => {
    if (file !== ":memory:") mkdirSync(dirname(file), { recursive: true });
    const database = new SqliteDatabase(file);
    try {
      prepare(database);
      const found = schemaVersion(database);
      if (found > migrations.length && !toleratesNewer) {
        throw new StorageError("E_DATABASE_NEWER", { file, found, known: migrations.length });
      }
      migrate(database, migrations.slice(found), found);
      return database;
    } catch (error) {
      database.close();
      throw error;
    }
  });
}

function prepare(database: SqlDatabase): void {
  // Counts only for a new file: pages that become free can be given back without rewriting it all.
  database.run("PRAGMA auto_vacuum = INCREMENTAL");
  database.run("PRAGMA journal_mode = WAL");
  database.run("PRAGMA synchronous = FULL");
  database.run("PRAGMA busy_timeout = 5000");
  database.run("PRAGMA foreign_keys = ON");
}

class SqliteDatabase implements SqlDatabase {
  readonly #file: string;
  readonly #database: DatabaseSync;
  readonly #prepared = new Map<string, Prepared>();

  constructor(file: string) {
    this.#file = file;
    this.#database = new DatabaseSync(file);
  }

  run(sql: string, params: readonly SqlValue[] = []): number {
    return guarded(this.#file, () => Number(this.#prepare(sql).statement.run(...this.#ordered(sql, params)).changes));
  }

  all(sql: string, params: readonly SqlValue[] = []): readonly SqlRow[] {
    return guarded(this.#file, () => this.#prepare(sql).statement.all(...this.#ordered(sql, params)));
  }

  get(sql: string, params: readonly SqlValue[] = []): SqlRow | undefined {
    return guarded(this.#file, () => this.#prepare(sql).statement.get(...this.#ordered(sql, params)));
  }

  transaction<Value>(work: () => Value): Value {
    this.run("BEGIN IMMEDIATE");
    try {
      const value = work();
      this.run("COMMIT");
      return value;
    } catch (error) {
      this.#rollback();
      throw error;
    }
  }

  close(): void {
    this.#prepared.clear();
    this.#database.close();
  }

  /** After some errors, such as a full disk, SQLite has already rolled back by itself, and refuses to do so again. */
  #rollback(): void {
    try {
      this.#database.exec("ROLLBACK");
    } catch {
      return;
    }
  }

  #prepare(sql: string): Prepared {
    const known = this.#prepared.get(sql) ?? {
      statement: this.#database.prepare(sql.replaceAll(PARAMETER, "?")),
      order: parameterOrder(sql),
    };
    this.#prepared.set(sql, known);
    return known;
  }

  #ordered(sql: string, params: readonly SqlValue[]): readonly SqlValue[] {
    return this.#prepare(sql).order?.map((number) => params[number - 1] ?? null) ?? params;
  }
}

interface Prepared {
  readonly statement: ReturnType<DatabaseSync["prepare"]>;
  /** Numbers of the values, in the order of their places; undefined: each has one place. */
  readonly order: readonly number[] | undefined;
}

const PARAMETER = /\?(\d*)/g;

/** Node 22 binds no values to places with numbers, such as ?1: they get one value each. */
function parameterOrder(sql: string): readonly number[] | undefined {
  let last = 0;
  const order = Array.from(sql.matchAll(PARAMETER), ([, digits]) => {
    const number = digits === "" ? last + 1 : Number(digits);
    last = Math.max(last, number);
    return number;
  });
  return order.every((number, index) => number === index + 1) ? undefined : order;
}

function schemaVersion(database: SqlDatabase): number {
  return Number(database.get("PRAGMA user_version")?.["user_version"] ?? 0);
}

/** @param missing the steps from schema version `found` on */
function migrate(database: SqlDatabase, missing: readonly Migration[], found: number): void {
  for (const [index, statements] of missing.entries()) {
    database.transaction(() => {
      for (const statement of statements) database.run(statement);
      database.run(`PRAGMA user_version = ${found + index + 1}`);
    });
  }
}

/** SQLite's own messages say what is wrong; which file it is about they leave out. */
function guarded<Value>(file: string, work: () => Value): Value {
  try {
    return work();
  } catch (cause) {
    if (cause instanceof GatewayEngineError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    if (/database or disk is full/.test(reason))
      throw new StorageError("E_DISK_FULL", { what: file, reason }, { cause });
    throw new StorageError("E_DATABASE", { file, reason }, { cause });
  }
}
