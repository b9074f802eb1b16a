import type { SqlDatabase } from "@gateway-engine/core/sql";
import { Kysely, sql as raw } from "kysely";
import { createSqlContentStore } from "../content/db/sql-content-store.ts";
import { createSqlDeviceStore } from "../devices/db/sql-device-store.ts";
import { createSqlEventStore } from "../events/db/sql-event-store.ts";
import { createSqlProductStore } from "../products/db/sql-product-store.ts";
import type { Database, Stores } from "../stores.ts";
import { createSqlValueStore } from "../values/db/sql-value-store.ts";
import type { Sql, Tables } from "./schema.ts";
import { sqliteDialect } from "./sqlite-dialect.ts";

/**
 * The server's database on SQLite.
 *
 * @param nextTurn resolves once all requests that have arrived by now have asked for their writes
 */
export function createSqliteDatabase(database: SqlDatabase, nextTurn: () => Promise<void>): Database {
  return new GroupCommittingDatabase(new Kysely<Tables>({ dialect: sqliteDialect(database) }), nextTurn);
}

function createStores(sql: Sql): Stores {
  return {
    products: createSqlProductStore(sql),
    devices: createSqlDeviceStore(sql),
    values: createSqlValueStore(sql),
    events: createSqlEventStore(sql),
    content: createSqlContentStore(sql),
  };
}

interface WaitingWork {
  /** Runs the work inside the group's transaction. @returns what to call once the commit is on disk */
  run(stores: Stores): Promise<() => void>;
  reject(error: unknown): void;
}

/**
 * Works that arrive together share a commit: one fsync for all of them. SQLite here works on the caller's thread,
 * so a group is taken only after a turn of the event loop, or the first request would be committed before the second is read.
 * Each runs in a savepoint of its own, so that one that fails takes nothing of the others with it.
 */
class GroupCommittingDatabase implements Database {
  readonly stores: Stores;
  readonly #sql: Sql;
  readonly #nextTurn: () => Promise<void>;
  #waiting: WaitingWork[] = [];
  #committing: Promise<void> | undefined;

  constructor(sql: Sql, nextTurn: () => Promise<void>) {
    this.#sql = sql;
    this.#nextTurn = nextTurn;
    this.stores = createStores(sql);
  }

  write<Value>(work: (stores: Stores) => Promise<Value>): Promise<Value> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({
        run: async (stores) => {
          const value = await work(stores);
          return () => resolve(value);
        },
        reject,
      });
      this.#committing ??= this.#commitGroups();
    });
  }

  async close(): Promise<void> {
    await this.#committing;
    await this.#sql.destroy();
  }

  async #commitGroups(): Promise<void> {
    while (this.#waiting.length > 0) {
      await this.#nextTurn();
      await this.#commitGroup(this.#waiting.splice(0, LARGEST_GROUP));
    }
    this.#committing = undefined;
  }

  async #commitGroup(group: readonly WaitingWork[]): Promise<void> {
    try {
      const outcomes = await this.#sql.transaction().execute(async (transaction) => {
        const stores = createStores(transaction);
        const done: (() => void)[] = [];
        for (const work of group) done.push(await runInSavepoint(transaction, stores, work));
        return done;
      });
      for (const report of outcomes) report();
    } catch (error) {
      for (const work of group) work.reject(error);
    }
  }
}

async function runInSavepoint(transaction: Sql, stores: Stores, work: WaitingWork): Promise<() => void> {
  await raw`SAVEPOINT work`.execute(transaction);
  try {
    const report = await work.run(stores);
    await raw`RELEASE SAVEPOINT work`.execute(transaction);
    return report;
  } catch (error) {
    await raw`ROLLBACK TO SAVEPOINT work`.execute(transaction);
    await raw`RELEASE SAVEPOINT work`.execute(transaction);
    return () => work.reject(error);
  }
}

/** Bounds how long the event loop is held by one commit. */
const LARGEST_GROUP = 64;
