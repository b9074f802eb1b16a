import type { Sql } from "../../db/schema.ts";
import { toPage } from "../../page.ts";
import type { Device, DeviceKey } from "../device.ts";
import type { DeviceStore } from "../device-store.ts";

export function createSqlDeviceStore(sql: Sql): DeviceStore {
  return {
    insert: async (device) => {
      const { numInsertedOrUpdatedRows } = await sql
        .insertInto("devices")
        .values({
          product_id: device.product,
          identity: device.identity,
          state: device.state,
          created_at: device.createdAt,
          activation_until: device.activationUntil,
          activated_at: device.activatedAt,
          cik_digest: null,
          cik_used_at: device.cikUsedAt,
        })
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst();
      return numInsertedOrUpdatedRows === 1n;
    },

    get: ({ product, identity }) =>
      selectDevices(sql).where("product_id", "=", product).where("identity", "=", identity).executeTakeFirst(),

    byCik: (digest) => selectDevices(sql).where("cik_digest", "=", digest).executeTakeFirst(),

    list: async (product, { limit, after = "" }) => {
      const rows = await selectDevices(sql)
        .where("product_id", "=", product)
        .where("identity", ">", after)
        .orderBy("identity")
        .limit(limit + 1)
        .execute();
      return toPage<Device>(rows, limit, ({ identity }) => identity);
    },

    activate: async (key, digest, at) => {
      await updateDevice(sql, key)
        .set({ state: "activated", cik_digest: digest, activated_at: at, cik_used_at: null })
        .execute();
    },

    markCikUsed: async (digest, at) => {
      await sql
        .updateTable("devices")
        .set({ cik_used_at: at })
        .where("cik_digest", "=", digest)
        .where("cik_used_at", "is", null)
        .execute();
    },

    reenable: async (key, until, revoke) => {
      const columns = { state: "reprovision", activation_until: until } as const;
      await updateDevice(sql, key)
        .set(revoke ? { ...columns, cik_digest: null } : columns)
        .execute();
    },

    remove: async ({ product, identity }) => {
      const { numDeletedRows } = await sql
        .deleteFrom("devices")
        .where("product_id", "=", product)
        .where("identity", "=", identity)
        .executeTakeFirst();
      return numDeletedRows > 0n;
    },

    removeProduct: async (product) => {
      await sql.deleteFrom("devices").where("product_id", "=", product).execute();
    },
  };
}

function selectDevices(sql: Sql) {
  return sql
    .selectFrom("devices")
    .select([
      "product_id as product",
      "identity",
      "state",
      "created_at as createdAt",
      "activation_until as activationUntil",
      "activated_at as activatedAt",
      "cik_used_at as cikUsedAt",
    ]);
}

function updateDevice(sql: Sql, { product, identity }: DeviceKey) {
  return sql.updateTable("devices").where("product_id", "=", product).where("identity", "=", identity);
}
