import type { ResourceDefinition, ResourceFormat } from "@gateway-engine/protocol/gateway-resources";
import type { Selectable } from "kysely";
import type { ResourcesTable, Sql } from "../../db/schema.ts";
import { toPage } from "../../page.ts";
import type { Product, ProductStore } from "../product-store.ts";

export function createSqlProductStore(sql: Sql): ProductStore {
  return {
    insert: async (product) => {
      const row = { id: product.id, name: product.name, kind: product.kind, created_at: product.createdAt };
      const { numInsertedOrUpdatedRows } = await sql
        .insertInto("products")
        .values(row)
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst();
      return numInsertedOrUpdatedRows === 1n;
    },

    get: (id) => selectProducts(sql).where("id", "=", id).executeTakeFirst(),

    list: async ({ limit, after = "" }) => {
      const rows = await selectProducts(sql)
        .where("id", ">", after)
        .orderBy("id")
        .limit(limit + 1)
        .execute();
      return toPage<Product>(rows, limit, ({ id }) => id);
    },

    remove: async (id) => {
      await sql.deleteFrom("resources").where("product_id", "=", id).execute();
      const { numDeletedRows } = await sql.deleteFrom("products").where("id", "=", id).executeTakeFirst();
      return numDeletedRows > 0n;
    },

    resource: async (product, alias) => {
      const row = await sql
        .selectFrom("resources")
        .selectAll()
        .where("product_id", "=", product)
        .where("alias", "=", alias)
        .executeTakeFirst();
      return row && toResource(row);
    },

    resources: async (product) => {
      const rows = await sql
        .selectFrom("resources")
        .selectAll()
        .where("product_id", "=", product)
        .orderBy("alias")
        .execute();
      return rows.map(toResource);
    },

    putResource: async (product, { alias, name, format, settable }) => {
      const columns = { name, format, settable: settable ? 1 : 0 };
      await sql
        .insertInto("resources")
        .values({ product_id: product, alias, ...columns })
        .onConflict((conflict) => conflict.columns(["product_id", "alias"]).doUpdateSet(columns))
        .execute();
    },

    removeResource: async (product, alias) => {
      const { numDeletedRows } = await sql
        .deleteFrom("resources")
        .where("product_id", "=", product)
        .where("alias", "=", alias)
        .executeTakeFirst();
      return numDeletedRows > 0n;
    },
  };
}

function selectProducts(sql: Sql) {
  return sql.selectFrom("products").select(["id", "name", "kind", "created_at as createdAt"]);
}

function toResource(row: Selectable<ResourcesTable>): ResourceDefinition {
  return { alias: row.alias, name: row.name, format: row.format as ResourceFormat, settable: row.settable === 1 };
}
