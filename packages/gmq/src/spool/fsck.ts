/**
 * Whether the queue's tables agree with each other, and making them agree again. What is repaired are counters and rows
 * that lead to messages; a message itself is only removed when every upstream has it.
 *
 * @see docs/reference/gmq-storage.md
 */
import type { SqlDatabase, SqlRow } from "@gateway-engine/core/sql";

/** One thing that is wrong, as a sentence, and what makes it right. */
export interface Fault {
  readonly problem: string;
  readonly repair: () => void;
}

/** All faults that can be seen now; after they are repaired, others may be. */
export function findFaults(database: SqlDatabase): readonly Fault[] {
  return CHECKS.flatMap(({ find, describe, repair }) =>
    database.all(find).map((row) => ({ problem: describe(row), repair: () => repair(database, row) })),
  );
}

interface Check {
  /** Finds a row for each fault. */
  readonly find: string;
  readonly describe: (row: SqlRow) => string;
  readonly repair: (database: SqlDatabase, row: SqlRow) => void;
}

const number = (row: SqlRow, column: string) => Number(row[column]);

/** In an order in which each may rely on those before it. */
const CHECKS: readonly Check[] = [
  {
    find: `SELECT lane, count(*) AS messages, max(seq + points) AS next_seq, max(at) AS last_at FROM message
      WHERE lane NOT IN (SELECT id FROM lane) GROUP BY lane`,
    describe: (row) => `${number(row, "messages")} messages are in lane ${number(row, "lane")}, which is not counted`,
    repair: (database, row) =>
      void database.run("INSERT INTO lane (id, next_seq, last_at, accepted) VALUES (?, ?, ?, ?)", [
        number(row, "lane"),
        number(row, "next_seq"),
        number(row, "last_at"),
        number(row, "messages"),
      ]),
  },
  {
    find: "SELECT DISTINCT id / 4 AS device FROM lane WHERE id / 4 NOT IN (SELECT id FROM device)",
    describe: (row) =>
      `device ${number(row, "device")} has messages, but nothing says who it is; they can be exported, and not forwarded`,
    repair: (database, row) =>
      void database.run("INSERT INTO device (id, vendor, model, serial) VALUES (?, '', '', ?)", [
        number(row, "device"),
        `unknown device ${number(row, "device")}`,
      ]),
  },
  {
    find: `SELECT lane.id AS lane, lane.next_seq AS is_next, max(seq + points) AS next_seq FROM lane
      JOIN message ON message.lane = lane.id GROUP BY lane.id HAVING max(seq + points) > lane.next_seq`,
    describe: (row) =>
      `lane ${number(row, "lane")} would give number ${number(row, "is_next")} again; the next free one is ${number(row, "next_seq")}`,
    repair: (database, row) =>
      void database.run("UPDATE lane SET next_seq = ? WHERE id = ?", [number(row, "next_seq"), number(row, "lane")]),
  },
  {
    find: `SELECT upstream, cursor.lane AS lane, cursor.next_seq AS is_next, lane.next_seq AS next_seq FROM cursor
      JOIN lane ON lane.id = cursor.lane WHERE cursor.next_seq > lane.next_seq`,
    describe: (row) =>
      `upstream ${number(row, "upstream")} is at number ${number(row, "is_next")} of lane ${number(row, "lane")}, which ends before ${number(row, "next_seq")}`,
    repair: (database, row) =>
      void database.run("UPDATE cursor SET next_seq = ? WHERE upstream = ? AND lane = ?", [
        number(row, "next_seq"),
        number(row, "upstream"),
        number(row, "lane"),
      ]),
  },
  {
    find: `SELECT lane, count(*) AS messages FROM message WHERE seq < (
        SELECT min(coalesce(cursor.next_seq, 1)) FROM upstream
        LEFT JOIN cursor ON cursor.upstream = upstream.id AND cursor.lane = message.lane
      ) GROUP BY lane`,
    describe: (row) =>
      `${number(row, "messages")} messages of lane ${number(row, "lane")} are still there, though every upstream has them`,
    repair: (database, row) =>
      void database.run(
        `DELETE FROM message WHERE lane = ?1 AND seq < (
          SELECT min(coalesce(cursor.next_seq, 1)) FROM upstream
          LEFT JOIN cursor ON cursor.upstream = upstream.id AND cursor.lane = ?1)`,
        [number(row, "lane")],
      ),
  },
  {
    find: `SELECT id AS lane, accepted - removed AS counted, (SELECT count(*) FROM message WHERE message.lane = lane.id) AS messages
      FROM lane WHERE counted <> messages`,
    describe: (row) =>
      `lane ${number(row, "lane")} counts ${number(row, "counted")} messages and has ${number(row, "messages")}`,
    repair: (database, row) =>
      void database.run(
        "UPDATE lane SET accepted = max(accepted, ?1), removed = max(accepted, ?1) - ?1 WHERE id = ?2",
        [number(row, "messages"), number(row, "lane")],
      ),
  },
  {
    find: `SELECT upstream, cursor.lane AS lane,
        accepted - skipped - forwarded - set_aside - dropped - expired AS counted,
        (SELECT count(*) FROM message WHERE message.lane = cursor.lane AND seq >= cursor.next_seq) AS messages
      FROM cursor JOIN lane ON lane.id = cursor.lane WHERE counted <> messages`,
    describe: (row) =>
      `upstream ${number(row, "upstream")} counts ${number(row, "counted")} messages of lane ${number(row, "lane")} that it does not have; there are ${number(row, "messages")}`,
    repair: (database, row) =>
      void database.run("UPDATE cursor SET skipped = skipped + ? WHERE upstream = ? AND lane = ?", [
        number(row, "counted") - number(row, "messages"),
        number(row, "upstream"),
        number(row, "lane"),
      ]),
  },
];
