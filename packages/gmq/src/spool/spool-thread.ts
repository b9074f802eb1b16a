/** The thread that the queue's database belongs to. */
import type { SqlDatabase } from "@gateway-engine/core/sql";
import { DatabaseDisk } from "@gateway-engine/platform/database-disk";
import { openSqlite } from "@gateway-engine/platform/sqlite";
import { hostStore } from "@gateway-engine/platform/store-thread-host";
import { SPOOL_MIGRATIONS, SPOOL_OPTIONS } from "./schema.ts";
import { SpoolStore } from "./spool-store.ts";
import type { SpoolThreadSetup } from "./spool-thread-setup.ts";

hostStore(({ file, limits }: SpoolThreadSetup) => {
  const disk = new DatabaseDisk(file);
  const database = openOnAnyDisk(file, disk);
  const store = new SpoolStore(database, disk, limits);
  store.keepReserve();
  return { file, database, store, together: { accept: "acceptAll" }, relieve: () => store.relieve() };
});

/** To open it takes a little room, too: on a full disk, that which is kept for deleting. */
function openOnAnyDisk(file: string, disk: DatabaseDisk): SqlDatabase {
  try {
    return openSqlite(file, SPOOL_MIGRATIONS, SPOOL_OPTIONS);
  } catch (error) {
    if (!disk.releaseReserve()) throw error;
    return openSqlite(file, SPOOL_MIGRATIONS, SPOOL_OPTIONS);
  }
}
