import type { Clock } from "@gateway-engine/core/clock";
import { CancelledError } from "@gateway-engine/core/errors";
import { silentLogger } from "@gateway-engine/core/logger";
import { nextTurn } from "@gateway-engine/platform/event-loop";
import { openSqlite } from "@gateway-engine/platform/sqlite";
import { expect, test } from "vitest";
import { migrations } from "../../src/db/migrations.ts";
import { createSqliteDatabase } from "../../src/db/sql-database.ts";
import { HistoryRetention } from "../../src/values/history-retention.ts";

const DAY = 86_400_000;
const device = { product: "p", identity: "d" };

/** Passes short pauses at once; `resting` resolves at the first long one, which lasts until it is cancelled. */
function clockAt(now: number): { readonly clock: Clock; readonly resting: Promise<void> } {
  const { promise: resting, resolve: rest } = Promise.withResolvers<void>();
  const sleep = async (ms: number, signal: AbortSignal) => {
    if (ms < 1000) return;
    rest();
    await new Promise((cancelled) => signal.addEventListener("abort", cancelled, { once: true }));
    throw new CancelledError("E_CANCELLED", { what: "a wait" });
  };
  return { clock: { now: () => now, monotonic: () => now, sleep, after: () => ({ cancel: () => {} }) }, resting };
}

test("points are removed by when they arrived, whatever time they bear", async () => {
  const database = createSqliteDatabase(openSqlite(":memory:", migrations("BLOB")), nextTurn);
  const value = new Uint8Array();
  await database.write(async ({ values }) => {
    for (let at = 1; at <= 2500; at += 1) await values.addPoint(device, { alias: "a", value, at }, 1 * DAY);
    await values.addPoint(device, { alias: "a", value, at: 9999 }, 9 * DAY);
  });
  const { clock, resting } = clockAt(10 * DAY);
  const retention = new HistoryRetention({ database, clock, log: silentLogger, keepMs: 5 * DAY });
  await retention.start();
  await resting;
  const { entries } = await database.stores.values.history(device, "a", { limit: 10, order: "asc" });
  expect(entries.map(({ at }) => at)).toEqual([9999]);
  await retention.stop();
  await database.close();
});
