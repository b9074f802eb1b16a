/** The queue's files, opened by a command while no gmq runs: under the same lock, with the same code. */
import { silentLogger } from "@gateway-engine/core/logger";
import type { GatewayPaths } from "@gateway-engine/core/paths";
import { systemClock } from "@gateway-engine/platform/clock";
import { storeOnThisThread } from "@gateway-engine/platform/local-store";
import { acquireLock } from "@gateway-engine/platform/lock";
import { openSqlite } from "@gateway-engine/platform/sqlite";
import { SPOOL_MIGRATIONS } from "../spool/schema.ts";
import { Spool } from "../spool/spool.ts";
import { SpoolStore } from "../spool/spool-store.ts";
import type { QueueAccess } from "./queue-access.ts";
import { QueueTools } from "./queue-tools.ts";

export async function withOfflineQueue<Value>(
  { queueDir }: GatewayPaths,
  work: (queue: QueueAccess) => Promise<Value>,
): Promise<Value> {
  const lock = acquireLock(`${queueDir}/gmq.lock`, "the queue", "try again in a moment");
  try {
    const database = openSqlite(`${queueDir}/gmq.db`, SPOOL_MIGRATIONS);
    const thread = storeOnThisThread(database, new SpoolStore(database));
    const spool = await Spool.open(thread, { clock: systemClock, log: silentLogger });
    try {
      return await work(new QueueTools({ spool, queued: () => {} }));
    } finally {
      await spool.close();
    }
  } finally {
    lock.release();
  }
}
