import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { StorageError } from "@gateway-engine/core/errors";
import { openSqlite } from "@gateway-engine/platform/sqlite";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MAX_PENDING_ROWS } from "../../src/traffic/pending-traffic.ts";
import { KEPT, SPANS } from "../../src/traffic/spans.ts";
import { TRAFFIC_SCHEMA } from "../../src/traffic/traffic-schema.ts";
import { MAX_APPLICATIONS, MAX_PURPOSES } from "../../src/traffic/traffic-store.ts";
import { Desk, entry, NOON } from "./book.ts";

const DAY_MS = SPANS.day * 1000;

function sumsOf(file: string) {
  const database = openSqlite(file, TRAFFIC_SCHEMA);
  const sums = database.all(
    `SELECT span, sum(requests) AS requests, sum(received) AS received, sum(sent) AS sent, min(received) AS least,
       sum(wire_received) AS wire_received, sum(wire_sent) AS wire_sent FROM sums GROUP BY span ORDER BY span`,
  );
  database.close();
  return sums;
}

function rowsOf(file: string, span: number): number {
  const database = openSqlite(file, TRAFFIC_SCHEMA);
  const rows = Number(database.get("SELECT count(*) AS rows FROM sums WHERE span = ?", [span])?.["rows"]);
  database.close();
  return rows;
}

const entries = fc.record({
  application: fc.constantFrom("gwe", "gmq", "sine"),
  purpose: fc.nat({ max: 9 }).map((number) => `read:${number}`),
  interface: fc.constantFrom("eth0", "wwan0", ""),
  requests: fc.nat({ max: 9 }),
  received: fc.integer({ min: -5, max: 2 ** 40 }),
  sent: fc.nat({ max: 2 ** 40 }),
  wireReceived: fc.nat({ max: 2 ** 40 }),
  wireSent: fc.nat({ max: 2 ** 40 }),
  exact: fc.boolean(),
});

test("minutes, hours and days add up to what was recorded, whichever way the clock jumps and whenever it is written", () => {
  const step = fc.record({
    jumpS: fc.integer({ min: -200_000, max: 200_000 }),
    written: fc.boolean(),
    what: entries,
  });
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 40 }), (steps) => {
      const desk = new Desk();
      desk.maxPurposes = 3;
      let book = desk.open();
      for (const { jumpS, written, what } of steps) {
        desk.now += jumpS * 1000;
        book.record(what);
        if (!written) continue;
        book.close();
        book = desk.open();
      }
      book.close();
      const total = (key: "requests" | "received" | "sent" | "wireReceived" | "wireSent") =>
        steps.reduce((sum, { what }) => sum + Math.max(0, what[key]), 0);
      const want = {
        requests: total("requests"),
        received: total("received"),
        sent: total("sent"),
        wire_received: total("wireReceived"),
        wire_sent: total("wireSent"),
      };
      const spans = sumsOf(desk.file);
      expect(spans.map(({ span }) => span)).toEqual([60, 3600, 86_400]);
      for (const { span: _, least, ...sums } of spans) {
        expect(sums).toEqual(want);
        expect(least).toBeGreaterThanOrEqual(0);
      }
      const parties = desk.open().everything();
      expect(parties.reduce((sum, { received }) => sum + received, 0)).toBe(want.received);
      expect(desk.warnings).toEqual([]);
    }),
    { numRuns: 15 },
  );
});

describe("a program that is killed", () => {
  test("loses what was recorded since the last flush, and nothing else", () => {
    const desk = new Desk();
    const killed = desk.open();
    killed.record(entry({ received: 1000 }));
    killed.flush();
    killed.record(entry({ received: 1 }));
    const next = desk.open();
    next.record(entry({ received: 20 }));
    next.flush();
    expect(next.everything()).toMatchObject([{ requests: 2, received: 1020, maxReceived: 1000 }]);
  });
});

describe("retention", () => {
  test("keeps so many minutes, hours and days with traffic, and what was sent in all", () => {
    const desk = new Desk();
    const book = desk.open();
    for (let minute = 0; minute < KEPT.minute + 200; minute += 1) {
      book.record(entry());
      desk.now += 60_000;
    }
    book.flush();
    for (let day = 0; day < KEPT.day + 5; day += 1) {
      desk.now += DAY_MS;
      book.record(entry());
    }
    book.flush();
    book.close();
    expect(rowsOf(desk.file, SPANS.minute)).toBe(KEPT.minute);
    expect(rowsOf(desk.file, SPANS.day)).toBe(KEPT.day);
    expect(desk.open().everything()).toMatchObject([{ requests: KEPT.minute + 200 + KEPT.day + 5 }]);
  });

  test("forgets nothing because the clock was years ahead for a while", () => {
    const desk = new Desk();
    const book = desk.open();
    book.record(entry({ received: 7 }));
    book.flush();
    desk.now += 3650 * DAY_MS;
    book.record(entry({ received: 30 }));
    book.flush();
    desk.now = NOON + DAY_MS;
    book.record(entry({ received: 200 }));
    const known = book.lastDays(2).parties.map(({ received }) => received);
    expect(known).toEqual([7, 200]);
    book.flush();
    expect(book.lastDays(2).parties).toMatchObject([{ received: 207 }]);
    expect(book.everything()).toMatchObject([{ received: 237 }]);
  });

  test("puts the purposes that were not used for longest together", () => {
    const desk = new Desk();
    const book = desk.open();
    for (let number = 0; number < MAX_PURPOSES + 10; number += 1) {
      desk.now += 60_000;
      book.record(entry({ purpose: `get_content:${number}` }));
      book.record(entry({ purpose: "timestamp" }));
      book.flush();
    }
    const parties = book.everything();
    expect(parties).toHaveLength(MAX_PURPOSES + 1);
    expect(parties.find(({ purpose }) => purpose === "other")?.requests).toBe(11);
    expect(parties.find(({ purpose }) => purpose === "timestamp")?.requests).toBe(MAX_PURPOSES + 10);
    expect(book.lastDays(1).parties.reduce((sum, { requests }) => sum + requests, 0)).toBe(2 * (MAX_PURPOSES + 10));
  });

  test("does not let names of applications fill the disk", () => {
    const book = new Desk().open();
    for (let number = 0; number < MAX_APPLICATIONS + 10; number += 1)
      book.record(entry({ application: `app${number}` }));
    book.flush();
    const applications = new Map(book.everything().map(({ application, requests }) => [application, requests]));
    expect(applications.size).toBe(MAX_APPLICATIONS + 1);
    expect(applications.get("other")).toBe(10);
  });
});

describe("a book that cannot be written", () => {
  test("keeps everything in memory, in fewer rows as they become many, and says so once", () => {
    const desk = new Desk();
    const book = desk.open();
    desk.beforeOpen = () => {
      throw new StorageError("E_DISK_FULL", { what: desk.file, reason: "no room" });
    };
    for (let minute = 0; minute < MAX_PENDING_ROWS * 2; minute += 1) {
      book.record(entry());
      if (minute % 100 === 0) book.flush();
      desk.now += 60_000;
    }
    expect(desk.warnings).toHaveLength(1);
    expect(book.everything().reduce((sum, { requests }) => sum + requests, 0)).toBe(MAX_PENDING_ROWS * 2);
    desk.beforeOpen = () => {};
    book.flush();
    expect(book.everything()).toMatchObject([{ requests: MAX_PENDING_ROWS * 2, received: MAX_PENDING_ROWS * 200 }]);
    expect(rowsOf(desk.file, SPANS.day)).toBe(4);
  });

  test.each([
    "this is no database, but it is long enough to be taken for a file\n".repeat(50),
    "SQLite format 3\0garbage",
  ])("is put aside and begun anew when it is damaged: %#", (content) => {
    const desk = new Desk();
    writeFileSync(desk.file, content);
    const book = desk.open();
    book.record(entry());
    book.close();
    expect(desk.open().everything()).toMatchObject([{ requests: 1 }]);
    expect(readFileSync(`${desk.file}.broken`, "utf8")).toBe(content);
    expect(desk.warnings).toEqual([expect.stringContaining("put aside and begun anew")]);
  });

  test("is begun anew when its file is removed", () => {
    const desk = new Desk();
    const book = desk.open();
    book.record(entry());
    book.flush();
    for (const suffix of ["", "-wal", "-shm"]) rmSync(`${desk.file}${suffix}`, { force: true });
    book.record(entry());
    book.close();
    expect(existsSync(desk.file)).toBe(true);
    expect(desk.open().everything()).toMatchObject([{ requests: 1 }]);
    expect(desk.warnings).toEqual(["the traffic book was removed, and is begun anew"]);
  });
});
