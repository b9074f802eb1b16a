/** Any row of the queue may be torn: after the repair, nothing is wrong and no message is lost. */
import type { SqlDatabase } from "@gateway-engine/core/sql";
import { openSqlite } from "@gateway-engine/platform/sqlite";
import fc from "fast-check";
import { expect, test } from "vitest";
import { findFaults, repairFaults } from "../../../src/spool/fsck.ts";
import { deviceOfLane, laneOf } from "../../../src/spool/lane.ts";
import { DEFAULT_LIMITS } from "../../../src/spool/room/budget.ts";
import { salvage } from "../../../src/spool/salvage.ts";
import { MAIN_UPSTREAM, SPOOL_MIGRATIONS } from "../../../src/spool/schema.ts";
import { SpoolStore } from "../../../src/spool/spool-store.ts";
import { ENDLESS_DISK } from "../local-spool.ts";

const COPY = "copy";
const LANES = [laneOf(1, "high"), laneOf(1, "normal"), laneOf(2, "normal")];

interface Queue {
  readonly database: SqlDatabase;
  readonly store: SpoolStore;
}

function openQueue(): Queue {
  const database = openSqlite(":memory:", SPOOL_MIGRATIONS);
  const store = new SpoolStore(database, ENDLESS_DISK, DEFAULT_LIMITS);
  store.setUpstreams([COPY]);
  return { database, store };
}

type Step = (queue: Queue) => void;

const accept = (lane: number, points: number, withEra: boolean): Step => {
  const body = Array.from({ length: points }, (_none, index) => `a=${index}`).join("&");
  const device = { id: deviceOfLane(lane), vendor: "v", model: "m", serial: `s${deviceOfLane(lane)}`, cik: "" };
  const era = withEra ? { id: 1, boot: "boot", clockOffset: 0, knownAt: undefined } : undefined;
  const times = { at: 5, lastAt: 5, acceptedAt: 5, expiresAt: null, era };
  return ({ store }) => store.accept({ lane, kind: "write", alias: "", body, points, ...times }, device);
};

const deliver =
  (upstream: string, lane: number, messages: number, isRefused: boolean): Step =>
  ({ store }) => {
    store.settle({ boot: "boot", sinceBoot: 10, wall: 1_800_000_000_000_000, isGuess: false });
    const head = store.head(upstream, lane, { messages, bytes: 1_000_000 }, 1)?.messages ?? [];
    const [first] = head;
    const last = head.at(-1);
    if (first === undefined || last === undefined) return;
    if (isRefused) store.setAside(upstream, { lane, seq: first.seq, reason: "no", now: 0 });
    else store.acknowledge(upstream, lane, { nextSeq: last.seq + last.points, moved: [] });
  };

const lane = fc.constantFrom(...LANES);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.tuple(lane, fc.integer({ min: 1, max: 3 }), fc.boolean()).map((args) => accept(...args)) },
  fc
    .tuple(fc.constantFrom(MAIN_UPSTREAM, COPY), lane, fc.integer({ min: 1, max: 4 }), fc.boolean())
    .map((args) => deliver(...args)),
);

/** Beside a message's own lane, number and body, of which nothing else knows. */
const COLUMNS: Readonly<Record<string, readonly string[]>> = {
  spool: ["id", "reported"],
  device: ["vendor", "cik", "cik_refused"],
  lane: ["next_seq", "last_at", "accepted", "removed"],
  upstream: ["discarded"],
  cursor: ["next_seq", "skipped", "forwarded", "set_aside", "dropped", "expired", "moved"],
  message: ["points", "kind", "at", "expires_at", "era"],
  set_aside: ["points", "kind", "at", "era"],
  era: ["clock_offset", "known_at", "first_at", "last_at", "messages", "correction", "estimated"],
};

type Damage = (database: SqlDatabase) => void;

const change: fc.Arbitrary<Damage> = fc
  .tuple(
    fc.constantFrom(
      ...Object.entries(COLUMNS).flatMap(([table, columns]) => columns.map((column) => [table, column] as const)),
    ),
    fc.oneof(fc.integer({ min: -3, max: 12 }), fc.constantFrom("torn", Buffer.from([0, 255]), 0.5, 2 ** 40)),
    fc.nat({ max: 5 }),
  )
  .map(([[table, column], value, row]): Damage => {
    const key = ["cursor", "message"].includes(table) ? "lane" : "rowid";
    const picked = `SELECT ${key} FROM ${table} LIMIT 1 OFFSET ?`;
    return (database) =>
      void database.run(`UPDATE ${table} SET ${column} = ? WHERE ${key} = (${picked})`, [value, row]);
  });

const loss: fc.Arbitrary<Damage> = fc
  .constantFrom("spool", "device", "lane", "cursor", "era", "queue_time", "thinning")
  .map(
    (table): Damage =>
      (database) =>
        void database.run(`DELETE FROM ${table}`),
  );

/** The bodies that each upstream does not have. */
function waitingFor({ database }: Queue): readonly string[] {
  const sql = `SELECT upstream.name AS name, message.lane AS lane, CAST(body AS TEXT) AS body, seq
    FROM upstream JOIN message LEFT JOIN cursor ON cursor.upstream = upstream.id AND cursor.lane = message.lane
    WHERE seq >= coalesce(cursor.next_seq, 1)`;
  return database.all(sql).map(({ name, lane: of, seq, body }) => `${name} ${of} ${seq} ${body}`);
}

test("whatever single value or table is torn, the repair leaves no fault, and every upstream gets what it did not have", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), fc.oneof(change, loss), (steps, damage) => {
      const queue = openQueue();
      for (const each of steps) each(queue);
      expect(findFaults(queue.database)).toEqual([]);
      const before = waitingFor(queue);
      damage(queue.database);
      repairFaults(queue.database);
      expect(findFaults(queue.database)).toEqual([]);
      const after = new Set(waitingFor(queue));
      expect(before.filter((message) => !after.has(message))).toEqual([]);
      queue.database.close();
    }),
    { numRuns: 300 },
  );
});

test("after several damages at once no fault remains, and every message is still there", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), fc.array(fc.oneof(change, loss)), (steps, damages) => {
      const queue = openQueue();
      for (const each of steps) each(queue);
      const bodies = () => queue.database.all("SELECT lane, seq, CAST(body AS TEXT) AS body FROM message");
      const before = bodies();
      for (const damage of damages) damage(queue.database);
      repairFaults(queue.database);
      expect(findFaults(queue.database)).toEqual([]);
      expect(bodies()).toEqual(before);
      queue.database.close();
    }),
    { numRuns: 200 },
  );
});

test("a file that is read row by row gives everything but its name to the new one", () => {
  const queue = openQueue();
  for (const each of LANES) for (const points of [1, 2, 3]) accept(each, points, true)(queue);
  deliver(COPY, LANES[0] ?? 0, 1, true)(queue);
  queue.store.keepCikAt(COPY, { device: 1, cik: "c".repeat(40), refused: false });
  const fresh = openSqlite(":memory:", SPOOL_MIGRATIONS);
  expect(salvage(queue.database, fresh)).toEqual({ messages: 9, setAside: 1, missing: 0 });
  expect(findFaults(fresh)).toEqual([]);
  for (const table of ["device", "lane", "upstream", "cursor", "upstream_cik", "message", "set_aside", "era"]) {
    expect(fresh.all(`SELECT * FROM ${table}`)).toEqual(queue.database.all(`SELECT * FROM ${table}`));
  }
});
