import type { EventDetail } from "@gateway-engine/protocol/fleet-api/identities";
import type { Selectable } from "kysely";
import type { EventsTable, Sql } from "../../db/schema.ts";
import type { DeviceKey } from "../../devices/device.ts";
import { toPage } from "../../page.ts";
import { type DeviceEvent, EVENTS_KEPT, type EventStore } from "../event-store.ts";

export function createSqlEventStore(sql: Sql): EventStore {
  const ofDevice = ({ product, identity }: DeviceKey) =>
    sql.selectFrom("events").selectAll().where("product_id", "=", product).where("identity", "=", identity);

  return {
    append: async (device, event) => {
      await sql
        .insertInto("events")
        .values({
          product_id: device.product,
          identity: device.identity,
          id: event.id,
          at: event.at,
          kind: event.kind,
          detail: JSON.stringify(event.detail),
        })
        .execute();
      const tooOld = await ofDevice(device).orderBy("id", "desc").offset(EVENTS_KEPT).limit(1).executeTakeFirst();
      if (tooOld === undefined) return;
      await sql
        .deleteFrom("events")
        .where("product_id", "=", device.product)
        .where("identity", "=", device.identity)
        .where("id", "<=", tooOld.id)
        .execute();
    },

    newest: async (device) => {
      const row = await ofDevice(device).orderBy("id", "desc").limit(1).executeTakeFirst();
      return row && toEvent(row);
    },

    list: async (device, { limit, after = "" }) => {
      const rows = await ofDevice(device)
        .where("id", ">", after)
        .orderBy("id")
        .limit(limit + 1)
        .execute();
      return toPage(rows.map(toEvent), limit, ({ id }) => id);
    },

    removeDevice: async ({ product, identity }) => {
      await sql.deleteFrom("events").where("product_id", "=", product).where("identity", "=", identity).execute();
    },

    removeProduct: async (product) => {
      await sql.deleteFrom("events").where("product_id", "=", product).execute();
    },
  };
}

function toEvent({ id, at, kind, detail }: Selectable<EventsTable>): DeviceEvent {
  return { id, at, kind, detail: JSON.parse(detail) as EventDetail };
}
