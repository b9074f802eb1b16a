/** The thread that the queue's database belongs to. */
import { openSqlite } from "@gateway-engine/platform/sqlite";
import { hostStore } from "@gateway-engine/platform/store-thread-host";
import { SPOOL_MIGRATIONS } from "./schema.ts";
import { SpoolStore } from "./spool-store.ts";

hostStore(({ file }: { readonly file: string }) => {
  const database = openSqlite(file, SPOOL_MIGRATIONS);
  return { file, database, store: new SpoolStore(database) };
});
