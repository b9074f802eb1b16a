import type { Selectable } from "kysely";
import type { CurrentValuesTable, Sql } from "../../db/schema.ts";
import type { DeviceKey } from "../../devices/device.ts";
import { toPage } from "../../page.ts";
import type { CurrentValue, StampedValue } from "../value.ts";
import type { HistoryRequest, ValueStore } from "../value-store.ts";

export function createSqlValueStore(sql: Sql): ValueStore {
  return {
    get: async (device, alias) => {
      const row = await currentOf(sql, device).where("alias", "=", alias).executeTakeFirst();
      return row && toCurrentValue(row);
    },

    list: async (device) => (await currentOf(sql, device).orderBy("alias").execute()).map(toCurrentValue),

    put: async (device, point, writer) => {
      const set = { value: point.value, at: point.at };
      const columns = writer === "cloud" ? set : { ...set, reported: point.value, reported_at: point.at };
      await sql
        .insertInto("current_values")
        .values({ ...keyColumns(device, point.alias), ...columns })
        .onConflict((conflict) => conflict.columns(["product_id", "identity", "alias"]).doUpdateSet(columns))
        .execute();
    },

    pointAt: async (device, alias, at) => {
      const row = await historyOf(sql, device, alias).where("at", "=", at).executeTakeFirst();
      return row?.value;
    },

    addPoint: async (device, { alias, value, at }, storedAt) => {
      const columns = { value, stored_at: storedAt };
      await sql
        .insertInto("history")
        .values({ ...keyColumns(device, alias), at, ...columns })
        .onConflict((conflict) => conflict.columns(["product_id", "identity", "alias", "at"]).doUpdateSet(columns))
        .execute();
    },

    history: (device, alias, request) => readHistory(sql, device, alias, request),

    pruneHistory: async (storedBefore, limit) => {
      const { numDeletedRows } = await sql
        .deleteFrom("history")
        .where(({ eb, refTuple, selectFrom }) =>
          eb(
            refTuple("product_id", "identity", "alias", "at"),
            "in",
            selectFrom("history as old")
              .select(["old.product_id", "old.identity", "old.alias", "old.at"])
              .where("old.stored_at", "<", storedBefore)
              .orderBy("old.stored_at")
              .limit(limit)
              .$asTuple("product_id", "identity", "alias", "at"),
          ),
        )
        .executeTakeFirst();
      return Number(numDeletedRows);
    },

    sequence: async (device, spool) => {
      const row = await sql
        .selectFrom("sequences")
        .select("last")
        .where("product_id", "=", device.product)
        .where("identity", "=", device.identity)
        .where("spool_id", "=", spool)
        .executeTakeFirst();
      return row?.last ?? 0;
    },

    setSequence: async (device, spool, last) => {
      await sql
        .insertInto("sequences")
        .values({ product_id: device.product, identity: device.identity, spool_id: spool, last })
        .onConflict((conflict) => conflict.columns(["product_id", "identity", "spool_id"]).doUpdateSet({ last }))
        .execute();
    },

    removeDevice: async ({ product, identity }) => {
      for (const table of VALUE_TABLES) {
        await sql.deleteFrom(table).where("product_id", "=", product).where("identity", "=", identity).execute();
      }
    },

    removeProduct: async (product) => {
      for (const table of VALUE_TABLES) await sql.deleteFrom(table).where("product_id", "=", product).execute();
    },

    removeAlias: async (product, alias) => {
      for (const table of ["current_values", "history"] as const) {
        await sql.deleteFrom(table).where("product_id", "=", product).where("alias", "=", alias).execute();
      }
    },
  };
}

const VALUE_TABLES = ["current_values", "history", "sequences"] as const;

async function readHistory(sql: Sql, device: DeviceKey, alias: string, { limit, after, order }: HistoryRequest) {
  const all = historyOf(sql, device, alias);
  const rest = after === undefined ? all : all.where("at", order === "asc" ? ">" : "<", Number(after));
  const rows = await rest
    .orderBy("at", order)
    .limit(limit + 1)
    .execute();
  return toPage<StampedValue>(rows, limit, ({ at }) => String(at));
}

function keyColumns({ product, identity }: DeviceKey, alias: string) {
  return { product_id: product, identity, alias };
}

function currentOf(sql: Sql, { product, identity }: DeviceKey) {
  return sql
    .selectFrom("current_values")
    .selectAll()
    .where("product_id", "=", product)
    .where("identity", "=", identity);
}

function historyOf(sql: Sql, { product, identity }: DeviceKey, alias: string) {
  return sql
    .selectFrom("history")
    .select(["value", "at"])
    .where("product_id", "=", product)
    .where("identity", "=", identity)
    .where("alias", "=", alias);
}

function toCurrentValue(row: Selectable<CurrentValuesTable>): CurrentValue {
  const { alias, value, at, reported, reported_at } = row;
  const hasReported = reported !== null && reported_at !== null;
  return { alias, value, at, reported: hasReported ? { value: reported, at: reported_at } : null };
}
