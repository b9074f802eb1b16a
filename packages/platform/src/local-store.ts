import type { SqlDatabase } from "@gateway-engine/core/sql";
import type { StoreThread } from "./store-thread.ts";

/** A store with the face of one on a thread of its own, for commands that end soon: every write is a commit of its own. */
export function storeOnThisThread<Store extends object>(database: SqlDatabase, store: Store): StoreThread<Store> {
  const methods = store as unknown as Readonly<Record<string, (...args: readonly unknown[]) => unknown>>;
  const call = (method: string, args: readonly unknown[]) => {
    const work = methods[method];
    if (work === undefined) throw new RangeError(`the store has no ${method}`);
    return work.apply(store, [...args]);
  };
  return {
    write: async (method: string, ...args: readonly unknown[]) => database.transaction(() => call(method, args)),
    read: async (method: string, ...args: readonly unknown[]) => call(method, args),
    close: async () => database.close(),
  } as StoreThread<Store>;
}
