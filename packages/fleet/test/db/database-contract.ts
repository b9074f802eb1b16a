/** What every database that the server can run on must do. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Device } from "../../src/devices/device.ts";
import { EVENTS_KEPT } from "../../src/events/event-store.ts";
import type { Database } from "../../src/stores.ts";

const bytes = (text: string) => new Uint8Array(Buffer.from(text));
const device: Device = {
  product: "p",
  identity: "00:11 ü",
  state: "notactivated",
  createdAt: 1,
  activationUntil: 2,
  activatedAt: null,
  cikUsedAt: null,
};
const other: Device = { ...device, identity: "other" };

/** @param open makes a database that is empty */
export function databaseContract(name: string, open: () => Promise<Database>): void {
  describe(name, () => {
    let database: Database;
    beforeEach(async () => {
      database = await open();
    });
    afterEach(() => database.close());

    describe("a transaction", () => {
      test("that throws leaves nothing behind, and takes nothing of its neighbours with it", async () => {
        const works = ["a", "bad", "c"].map((id) =>
          database.write(async ({ products }) => {
            await products.insert({ id, name: id, kind: "device", createdAt: 0 });
            if (id === "bad") throw new Error("no");
            return id;
          }),
        );
        const outcomes = await Promise.allSettled(works);
        expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
        const { entries } = await database.stores.products.list({ limit: 10 });
        expect(entries.map(({ id }) => id)).toEqual(["a", "c"]);
      });

      test("sees what the one before it wrote", async () => {
        const add = () =>
          database.write(async ({ values }) => {
            const last = await values.sequence(device, "s");
            await values.setSequence(device, "s", last + 1);
          });
        await Promise.all(Array.from({ length: 50 }, add));
        expect(await database.stores.values.sequence(device, "s")).toBe(50);
      });
    });

    describe("products", () => {
      const product = { id: "p", name: "A product", kind: "gateway", createdAt: 1_700_000_000_000 } as const;
      const resource = { alias: "a", name: "A", format: "string/json", settable: true } as const;

      test("are kept once, listed by id in pages, and removed with their resources", async () => {
        const { products } = database.stores;
        for (const id of ["p", "a", "z"]) expect(await products.insert({ ...product, id })).toBe(true);
        expect(await products.insert({ ...product, name: "again" })).toBe(false);
        expect(await products.get("p")).toEqual(product);

        const first = await products.list({ limit: 2 });
        expect(first.entries.map(({ id }) => id)).toEqual(["a", "p"]);
        expect(first.next).toBe("p");
        expect(await products.list({ limit: 2, after: "p" })).toMatchObject({ entries: [{ id: "z" }], next: null });

        await products.putResource("p", resource);
        expect(await products.remove("p")).toBe(true);
        expect(await products.remove("p")).toBe(false);
        expect(await products.resources("p")).toEqual([]);
      });

      test("have resources, which can be replaced and removed", async () => {
        const { products } = database.stores;
        await products.putResource("p", resource);
        await products.putResource("p", { ...resource, settable: false });
        expect(await products.resources("p")).toEqual([{ ...resource, settable: false }]);
        expect(await products.resource("q", "a")).toBeUndefined();
        expect(await products.removeResource("p", "a")).toBe(true);
        expect(await products.removeResource("p", "a")).toBe(false);
      });
    });

    describe("devices", () => {
      test("are kept once, and found by their CIK until they get another", async () => {
        const { devices } = database.stores;
        expect(await devices.insert(device)).toBe(true);
        expect(await devices.insert(device)).toBe(false);
        expect(await devices.get(device)).toEqual(device);

        await devices.activate(device, bytes("one"), 5);
        expect(await devices.byCik(bytes("one"))).toMatchObject({ state: "activated", activatedAt: 5 });
        await devices.reenable(device, 9, false);
        expect(await devices.byCik(bytes("one"))).toMatchObject({ state: "reprovision", activationUntil: 9 });
        await devices.activate(device, bytes("two"), 6);
        expect(await devices.byCik(bytes("one"))).toBeUndefined();
        await devices.reenable(device, 9, true);
        expect(await devices.byCik(bytes("two"))).toBeUndefined();
      });

      test("keep when their CIK was first used, until they get another", async () => {
        const { devices } = database.stores;
        await devices.insert(device);
        await devices.activate(device, bytes("one"), 5);
        expect(await devices.byCik(bytes("one"))).toMatchObject({ cikUsedAt: null });
        for (const at of [6, 7]) await devices.markCikUsed(bytes("one"), at);
        expect(await devices.byCik(bytes("one"))).toMatchObject({ cikUsedAt: 6 });
        await devices.activate(device, bytes("two"), 8);
        await devices.markCikUsed(bytes("one"), 9);
        expect(await devices.get(device)).toMatchObject({ cikUsedAt: null });
      });

      test("are listed by product, and removed one by one or with the product", async () => {
        const { devices } = database.stores;
        for (const one of [device, other, { ...device, product: "q" }]) await devices.insert(one);
        const { entries } = await devices.list("p", { limit: 10 });
        expect(entries).toEqual([device, other]);
        expect(await devices.remove(device)).toBe(true);
        expect(await devices.remove(device)).toBe(false);
        await devices.removeProduct("p");
        expect(await devices.get(other)).toBeUndefined();
        expect(await devices.get({ ...device, product: "q" })).toBeDefined();
      });
    });

    describe("values", () => {
      const every = new Uint8Array(256).map((_zero, index) => index);

      test("hold every byte, and nothing at all", async () => {
        const { values } = database.stores;
        await values.put(device, { alias: "a", value: every, at: 1_700_000_000_123_456 }, "device");
        await values.put(device, { alias: "b", value: bytes(""), at: 2 }, "device");
        expect(await values.get(device, "a")).toMatchObject({ value: every, at: 1_700_000_000_123_456 });
        expect((await values.get(device, "b"))?.value).toHaveLength(0);
        expect(await values.list(other)).toEqual([]);
      });

      test("of the cloud leave what the device reported; those of the device replace both", async () => {
        const { values } = database.stores;
        await values.put(device, { alias: "a", value: bytes("set"), at: 1 }, "cloud");
        expect((await values.get(device, "a"))?.reported).toBeNull();
        await values.put(device, { alias: "a", value: bytes("ack"), at: 2 }, "device");
        await values.put(device, { alias: "a", value: bytes("next"), at: 3 }, "cloud");
        expect(await values.get(device, "a")).toEqual({
          alias: "a",
          value: bytes("next"),
          at: 3,
          reported: { value: bytes("ack"), at: 2 },
        });
      });

      test("have a history in pages, both ways", async () => {
        const { values } = database.stores;
        for (const at of [3, 1, 2]) await values.addPoint(device, { alias: "a", value: bytes(`${at}`), at }, 0);
        await values.addPoint(device, { alias: "b", value: bytes("9"), at: 9 }, 0);
        expect(await values.pointAt(device, "a", 2)).toEqual(bytes("2"));
        expect(await values.pointAt(device, "a", 4)).toBeUndefined();

        const up = await values.history(device, "a", { limit: 2, order: "asc" });
        expect(up.entries.map(({ at }) => at)).toEqual([1, 2]);
        const rest = await values.history(device, "a", { limit: 2, order: "asc", after: up.next ?? "" });
        expect(rest).toMatchObject({ entries: [{ at: 3 }], next: null });
        const down = await values.history(device, "a", { limit: 1, order: "desc" });
        expect(down).toMatchObject({ entries: [{ at: 3 }], next: "3" });
      });

      test("leave the history by when they arrived, a few at a time", async () => {
        const { values } = database.stores;
        for (const at of [1, 2, 3, 4]) await values.addPoint(device, { alias: "a", value: bytes(""), at }, 100 + at);
        expect(await values.pruneHistory(104, 2)).toBe(2);
        expect(await values.pruneHistory(104, 2)).toBe(1);
        expect(await values.pruneHistory(104, 2)).toBe(0);
        const { entries } = await values.history(device, "a", { limit: 10, order: "asc" });
        expect(entries.map(({ at }) => at)).toEqual([4]);
      });

      test("go with their resource or their device", async () => {
        const { values } = database.stores;
        for (const one of [device, other]) {
          for (const alias of ["a", "b"]) {
            await values.put(one, { alias, value: bytes("x"), at: 1 }, "device");
            await values.addPoint(one, { alias, value: bytes("x"), at: 1 }, 0);
          }
        }
        await values.removeAlias("p", "a");
        expect((await values.list(device)).map(({ alias }) => alias)).toEqual(["b"]);
        await values.setSequence(device, "s", 5);
        await values.removeDevice(device);
        expect(await values.list(device)).toEqual([]);
        expect(await values.pointAt(device, "b", 1)).toBeUndefined();
        expect(await values.sequence(device, "s")).toBe(0);
        expect(await values.list(other)).toHaveLength(1);
        await values.removeProduct("p");
        expect(await values.list(other)).toEqual([]);
      });
    });

    test("a device's events are listed oldest first, and only the newest are kept", async () => {
      const event = (id: string) => ({ id, at: 1, kind: "first-value", detail: { alias: id } }) as const;
      const id = (index: number) => String(index).padStart(5, "0");
      await database.write(async ({ events }) => {
        for (let index = 1; index <= EVENTS_KEPT + 5; index += 1) await events.append(device, event(id(index)));
      });
      const { events } = database.stores;
      expect(await events.newest(device)).toEqual(event(id(EVENTS_KEPT + 5)));
      expect(await events.list(device, { limit: 1 })).toEqual({ entries: [event(id(6))], next: id(6) });
      expect((await events.list(device, { limit: 10, after: id(EVENTS_KEPT + 3) })).entries).toHaveLength(2);
      expect((await events.list(other, { limit: 1 })).entries).toEqual([]);
      await events.removeDevice(device);
      expect(await events.newest(device)).toBeUndefined();
    });

    test("content is listed by id, replaced, and known by its digest", async () => {
      const { content } = database.stores;
      const item = { product: "p", id: "b.tar.gz", type: "application/gzip", size: 5, sha256: "aa", updatedAt: 1 };
      expect(await content.isEmpty()).toBe(true);
      await content.put(item);
      await content.put({ ...item, id: "a.txt", sha256: "bb" });
      await content.put({ ...item, sha256: "cc", size: 6 });
      expect(await content.get("p", "b.tar.gz")).toEqual({ ...item, sha256: "cc", size: 6 });
      expect((await content.list("p", { limit: 10 })).entries.map(({ id }) => id)).toEqual(["a.txt", "b.tar.gz"]);
      expect([await content.isReferenced("aa"), await content.isReferenced("bb")]).toEqual([false, true]);
      expect(await content.remove("p", "a.txt")).toBe(true);
      expect(await content.remove("p", "a.txt")).toBe(false);
      expect([await content.isReferenced("bb"), await content.isEmpty()]).toEqual([false, false]);
    });
  });
}
