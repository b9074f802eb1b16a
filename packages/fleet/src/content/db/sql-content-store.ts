import type { Sql } from "../../db/schema.ts";
import { toPage } from "../../page.ts";
import type { ContentItem, ContentStore } from "../content-store.ts";

export function createSqlContentStore(sql: Sql): ContentStore {
  return {
    get: (product, id) => selectContent(sql).where("product_id", "=", product).where("id", "=", id).executeTakeFirst(),

    list: async (product, { limit, after = "" }) => {
      const rows = await selectContent(sql)
        .where("product_id", "=", product)
        .where("id", ">", after)
        .orderBy("id")
        .limit(limit + 1)
        .execute();
      return toPage<ContentItem>(rows, limit, ({ id }) => id);
    },

    put: async ({ product, id, type, size, sha256, updatedAt }) => {
      const columns = { type, size, sha256, updated_at: updatedAt };
      await sql
        .insertInto("content")
        .values({ product_id: product, id, ...columns })
        .onConflict((conflict) => conflict.columns(["product_id", "id"]).doUpdateSet(columns))
        .execute();
    },

    remove: async (product, id) => {
      const { numDeletedRows } = await sql
        .deleteFrom("content")
        .where("product_id", "=", product)
        .where("id", "=", id)
        .executeTakeFirst();
      return numDeletedRows > 0n;
    },

    removeProduct: async (product) => {
      await sql.deleteFrom("content").where("product_id", "=", product).execute();
    },

    isEmpty: async () => (await sql.selectFrom("content").select("id").limit(1).executeTakeFirst()) === undefined,

    isReferenced: async (sha256) => {
      const row = await sql.selectFrom("content").select("id").where("sha256", "=", sha256).limit(1).executeTakeFirst();
      return row !== undefined;
    },
  };
}

function selectContent(sql: Sql) {
  return sql
    .selectFrom("content")
    .select(["product_id as product", "id", "type", "size", "sha256", "updated_at as updatedAt"]);
}
