/** The queue without its thread: every call is made at once, each with a commit of its own. */
import type { Boot } from "@gateway-engine/core/boot";
import type { Clock } from "@gateway-engine/core/clock";
import { silentLogger } from "@gateway-engine/core/logger";
import type { SqlDatabase } from "@gateway-engine/core/sql";
import { systemClock } from "@gateway-engine/platform/clock";
import { storeOnThisThread } from "@gateway-engine/platform/local-store";
import { openSqlite } from "@gateway-engine/platform/sqlite";
import { DEFAULT_LIMITS, type Limits } from "../../src/spool/room/budget.ts";
import type { QueueDisk } from "../../src/spool/room/room.ts";
import { SPOOL_MIGRATIONS } from "../../src/spool/schema.ts";
import { Spool } from "../../src/spool/spool.ts";
import { SpoolStore } from "../../src/spool/spool-store.ts";

export interface LocalSpool extends AsyncDisposable {
  readonly spool: Spool;
  readonly database: SqlDatabase;
}

/** A disk on which there is always room. */
export const ENDLESS_DISK: QueueDisk = {
  freeBytes: () => 2 ** 40,
  logBytes: () => 0,
  reserveBytes: () => 0,
  keepReserve: () => true,
  releaseReserve: () => false,
};

export interface LocalSetup {
  readonly file?: string;
  readonly clock?: Clock;
  readonly boot?: Boot;
  readonly disk?: QueueDisk;
  readonly limits?: Limits;
}

export async function openLocalSpool(setup: LocalSetup = {}): Promise<LocalSpool> {
  const { file = ":memory:", clock = systemClock, boot = { id: "boot", offset: 0 } } = setup;
  const database = openSqlite(file, SPOOL_MIGRATIONS);
  const { disk = ENDLESS_DISK, limits = DEFAULT_LIMITS } = setup;
  const spool = await Spool.open(storeOnThisThread(database, new SpoolStore(database, disk, limits)), {
    clock,
    boot,
    log: silentLogger,
    defaultTtlMs: () => undefined,
  });
  return { spool, database, [Symbol.asyncDispose]: () => spool.close() };
}
