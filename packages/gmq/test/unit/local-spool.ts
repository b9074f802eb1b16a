/** The queue without its thread: every call is made at once, each with a commit of its own. */
import type { Clock } from "@gateway-engine/core/clock";
import { silentLogger } from "@gateway-engine/core/logger";
import type { SqlDatabase } from "@gateway-engine/core/sql";
import { systemClock } from "@gateway-engine/platform/clock";
import { openSqlite } from "@gateway-engine/platform/sqlite";
import type { StoreThread } from "@gateway-engine/platform/store-thread";
import { SPOOL_MIGRATIONS } from "../../src/spool/schema.ts";
import { Spool } from "../../src/spool/spool.ts";
import { SpoolStore } from "../../src/spool/spool-store.ts";

export interface LocalSpool extends AsyncDisposable {
  readonly spool: Spool;
  readonly database: SqlDatabase;
}

export async function openLocalSpool(file = ":memory:", clock: Clock = systemClock): Promise<LocalSpool> {
  const database = openSqlite(file, SPOOL_MIGRATIONS);
  const spool = await Spool.open(localThread(database), { clock, log: silentLogger });
  return { spool, database, [Symbol.asyncDispose]: () => spool.close() };
}

function localThread(database: SqlDatabase): StoreThread<SpoolStore> {
  const store = new SpoolStore(database) as unknown as Readonly<Record<string, (...args: unknown[]) => unknown>>;
  const call = (method: string, args: unknown[]) => store[method]?.apply(store, structuredClone(args));
  return {
    write: async (method: string, ...args: unknown[]) => database.transaction(() => call(method, args)),
    read: async (method: string, ...args: unknown[]) => call(method, args),
    close: async () => database.close(),
  } as StoreThread<SpoolStore>;
}
