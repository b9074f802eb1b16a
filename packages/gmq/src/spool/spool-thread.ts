/** The thread that the queue's database belongs to. */
import { DatabaseDisk } from "@gateway-engine/platform/database-disk";
import { openSqlite } from "@gateway-engine/platform/sqlite";
import { hostStore } from "@gateway-engine/platform/store-thread-host";
import { SPOOL_MIGRATIONS } from "./schema.ts";
import { SpoolStore } from "./spool-store.ts";
import type { SpoolThreadSetup } from "./spool-thread-setup.ts";

hostStore(({ file, limits }: SpoolThreadSetup) => {
  const disk = new DatabaseDisk(file);
  const database = openSqlite(file, SPOOL_MIGRATIONS);
  const store = new SpoolStore(database, disk, limits);
  return { file, database, store, relieve: () => store.relieve() };
});
