/** The queue without its thread: every call is made at once, each with a commit of its own. */
import type { Clock } from "@gateway-engine/core/clock";
import { silentLogger } from "@gateway-engine/core/logger";
import type { SqlDatabase } from "@gateway-engine/core/sql";
import { systemClock } from "@gateway-engine/platform/clock";
import { storeOnThisThread } from "@gateway-engine/platform/local-store";
import { openSqlite } from "@gateway-engine/platform/sqlite";
import { SPOOL_MIGRATIONS } from "../../src/spool/schema.ts";
import { Spool } from "../../src/spool/spool.ts";
import { SpoolStore } from "../../src/spool/spool-store.ts";

export interface LocalSpool extends AsyncDisposable {
  readonly spool: Spool;
  readonly database: SqlDatabase;
}

export async function openLocalSpool(file = ":memory:", clock: Clock = systemClock): Promise<LocalSpool> {
  const database = openSqlite(file, SPOOL_MIGRATIONS);
  const spool = await Spool.open(storeOnThisThread(database, new SpoolStore(database)), { clock, log: silentLogger });
  return { spool, database, [Symbol.asyncDispose]: () => spool.close() };
}
