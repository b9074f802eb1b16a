/** The queue's files, opened by a command while no gmq runs: under the same lock, with the same code. */
import { silentLogger } from "@gateway-engine/core/logger";
import type { GatewayPaths } from "@gateway-engine/core/paths";
import { thisBoot } from "@gateway-engine/platform/boot";
import { systemClock } from "@gateway-engine/platform/clock";
import { DatabaseDisk } from "@gateway-engine/platform/database-disk";
import { nodeFiles } from "@gateway-engine/platform/files";
import { storeOnThisThread } from "@gateway-engine/platform/local-store";
import { acquireLock } from "@gateway-engine/platform/lock";
import { openSqlite } from "@gateway-engine/platform/sqlite";
import { loadConfig } from "../config/config-file.ts";
import { gmqCfgFile } from "../config/settings.ts";
import { openQueueFolder } from "../spool/queue-folder.ts";
import { SPOOL_MIGRATIONS, SPOOL_OPTIONS } from "../spool/schema.ts";
import { Spool } from "../spool/spool.ts";
import { SpoolStore } from "../spool/spool-store.ts";
import type { QueueAccess } from "./queue-access.ts";
import { QueueTools } from "./queue-tools.ts";

export async function withOfflineQueue<Value>(
  paths: GatewayPaths,
  work: (queue: QueueAccess) => Promise<Value>,
): Promise<Value> {
  const file = `${paths.queueDir}/gmq.db`;
  await openQueueFolder(nodeFiles, paths.queueDir);
  const lock = acquireLock(`${paths.queueDir}/gmq.lock`, "the queue", "try again in a moment");
  try {
    const database = openSqlite(file, SPOOL_MIGRATIONS, SPOOL_OPTIONS);
    const { limits, defaultTtlMs } = (await loadConfig(nodeFiles, gmqCfgFile(paths))).db;
    const thread = storeOnThisThread(database, new SpoolStore(database, new DatabaseDisk(file), limits));
    const spool = await Spool.open(thread, {
      clock: systemClock,
      boot: thisBoot(),
      log: silentLogger,
      defaultTtlMs: () => defaultTtlMs,
    });
    try {
      return await work(new QueueTools({ spool, queued: () => {} }));
    } finally {
      await spool.close();
    }
  } finally {
    lock.release();
  }
}
