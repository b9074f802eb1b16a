/** Numbers that must agree with the messages, and with each other. */
import type { SqlDatabase, SqlRow } from "@gateway-engine/core/sql";
import { PENDING } from "../cursors.ts";
import { type Check, repairBy } from "./check.ts";

/** What an upstream waits for in a lane, by the counters and by the messages. */
const WAITING = `
  SELECT upstream.id AS upstream, lane.id AS lane, ${PENDING} AS counted,
    (SELECT count(*) FROM message WHERE message.lane = lane.id AND seq >= coalesce(cursor.next_seq, 1)) AS messages,
    (SELECT min(seq) FROM message WHERE message.lane = lane.id AND seq < coalesce(cursor.next_seq, 1)) AS passed
  FROM upstream CROSS JOIN lane LEFT JOIN cursor ON cursor.upstream = upstream.id AND cursor.lane = lane.id`;

export const COUNTERS: readonly Check[] = [
  ...["message", "set_aside"].map((table) => ({
    find: `SELECT lane.id AS lane, lane.next_seq AS is_next, max(seq + points) AS next_seq FROM lane
      JOIN ${table} ON ${table}.lane = lane.id GROUP BY lane.id HAVING max(seq + points) > lane.next_seq`,
    describe: describeNext,
    repair: repairBy("UPDATE lane SET next_seq = ? WHERE id = ?", "next_seq", "lane"),
  })),
  {
    find: `SELECT lane.id AS lane, lane.next_seq AS is_next, max(cursor.next_seq) AS next_seq FROM lane
      JOIN cursor ON cursor.lane = lane.id GROUP BY lane.id HAVING max(cursor.next_seq) > lane.next_seq`,
    describe: describeNext,
    repair: repairBy("UPDATE lane SET next_seq = ? WHERE id = ?", "next_seq", "lane"),
  },
  {
    find: `SELECT id AS lane, accepted - removed AS counted, (SELECT count(*) FROM message WHERE message.lane = lane.id) AS messages
      FROM lane WHERE counted <> messages`,
    describe: (row) => `lane ${row["lane"]} counts ${row["counted"]} messages and has ${row["messages"]}`,
    repair: repairBy(
      "UPDATE lane SET accepted = max(accepted, ?1), removed = max(accepted, ?1) - ?1 WHERE id = ?2",
      "messages",
      "lane",
    ),
  },
  {
    find: `SELECT * FROM (${WAITING}) WHERE counted > messages AND passed IS NOT NULL`,
    describe: (row) => `${describeWaiting(row)}; it may not have all of those before, and gets them again`,
    repair: goBack,
  },
  {
    find: `SELECT * FROM (${WAITING}) WHERE counted <> messages`,
    describe: describeWaiting,
    repair: (database, row) =>
      void database.run(
        `INSERT INTO cursor (upstream, lane, next_seq, skipped) VALUES (?1, ?2, 1, ?3)
          ON CONFLICT (upstream, lane) DO UPDATE SET skipped = skipped + ?3`,
        [row["upstream"] ?? null, row["lane"] ?? null, Number(row["counted"]) - Number(row["messages"])],
      ),
  },
  {
    find: `SELECT spool.reported, lost FROM spool, (
        SELECT (SELECT total(dropped) FROM cursor) + (SELECT total(discarded) FROM upstream) AS lost
      ) WHERE spool.reported > lost`,
    describe: (row) => `${row["reported"]} losses were reported, and there were ${row["lost"]}`,
    repair: repairBy("UPDATE spool SET reported = CAST(? AS INTEGER)", "lost"),
  },
];

/** The messages that an upstream waits for are the last ones of the lane. */
function goBack(database: SqlDatabase, { upstream, lane, counted, passed }: SqlRow): void {
  const sql = "SELECT seq FROM message WHERE lane = ? ORDER BY seq DESC LIMIT 1 OFFSET ?";
  const first = database.get(sql, [lane ?? null, Number(counted) - 1])?.["seq"] ?? passed;
  database.run("UPDATE cursor SET next_seq = ? WHERE upstream = ? AND lane = ?", [
    first ?? 1,
    upstream ?? null,
    lane ?? null,
  ]);
}

function describeNext(row: SqlRow): string {
  return `lane ${row["lane"]} would give number ${row["is_next"]} again; the next free one is ${row["next_seq"]}`;
}

function describeWaiting(row: SqlRow): string {
  return `upstream ${row["upstream"]} counts ${row["counted"]} messages of lane ${row["lane"]} that it does not have; there are ${row["messages"]}`;
}
