/** Values that nothing could have written there. SQLite keeps in a column whatever it is given. */
import type { SqlDatabase, SqlRow } from "@gateway-engine/core/sql";
import { splitFormBytes } from "@gateway-engine/protocol/form";
import { byteString } from "../byte-string.ts";
import { type Check, rename, repairBy } from "./check.ts";

/** Columns of numbers, and what is put in the place of something else. Those with NULL may be empty. */
const NUMBERS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  spool: { reported: "0" },
  device: { cik_refused: "0" },
  lane: { next_seq: "1", last_at: "0", accepted: "0", removed: "0" },
  upstream: { discarded: "0" },
  cursor: { next_seq: "1", skipped: "0", forwarded: "0", set_aside: "0", dropped: "0", expired: "0" },
  upstream_cik: { refused: "0" },
  message: { at: lastAtOf("message"), era: "0", expires_at: "NULL" },
  set_aside: { at: lastAtOf("set_aside"), era: "0", set_aside_at: "0" },
  era: {
    clock_offset: "0",
    known_at: "NULL",
    first_at: "coalesce((SELECT min(at) FROM message WHERE era = era.id), 0)",
    last_at: "coalesce((SELECT max(at) FROM message WHERE era = era.id), 0)",
    messages: "0",
    correction: "NULL",
    estimated: "0",
  },
};

/** Tables of which losing a row only means that something begins again. */
const EXPENDABLE: Readonly<Record<string, readonly string[]>> = {
  queue_time: ["at", "since_boot", "wall"],
  thinning: ["lane", "next_seq", "until_seq", "keep_first"],
};

const numbers: readonly Check[] = Object.entries(NUMBERS).map(([table, columns]) => {
  const mended = Object.entries(columns).map(([column, instead]) => ({
    isWrong: instead === "NULL" ? `(${column} IS NOT NULL AND ${isNoNumber(column)})` : isNoNumber(column),
    column,
    instead,
  }));
  const isWrong = mended.map((each) => each.isWrong).join(" OR ");
  const set = mended.map(
    ({ column, instead, ...each }) => `${column} = CASE WHEN ${each.isWrong} THEN ${instead} ELSE ${column} END`,
  );
  return {
    find: `SELECT count(*) AS rows FROM ${table} WHERE ${isWrong} HAVING count(*) > 0`,
    describe: (row: SqlRow) => `${row["rows"]} of ${table} have something else where there should be a number`,
    repair: repairBy(`UPDATE ${table} SET ${set.join(", ")} WHERE ${isWrong}`),
  };
});

const expendable: readonly Check[] = Object.entries(EXPENDABLE).map(([table, columns]) => ({
  find: `SELECT count(*) AS rows FROM ${table} WHERE ${columns.map(isNoNumber).join(" OR ")} HAVING count(*) > 0
    UNION ALL SELECT count(*) FROM ${table} HAVING count(*) > 1`,
  describe: () => `${table} cannot be read; it begins again`,
  repair: repairBy(`DELETE FROM ${table}`),
}));

const contents: readonly Check[] = ["message", "set_aside"].flatMap((table) => {
  const isTorn = "typeof(body) <> 'blob' OR typeof(alias) <> 'text' OR kind NOT IN ('write', 'record')";
  const cannotHold = "typeof(points) <> 'integer' OR points < 1 OR points > max(1, length(body))";
  return [
    {
      find: `SELECT count(*) AS rows FROM ${table} WHERE ${isTorn} HAVING count(*) > 0`,
      describe: (row: SqlRow) => `${row["rows"]} of ${table} do not say what they are`,
      repair: repairBy(`UPDATE ${table} SET body = CAST(body AS BLOB), alias = CAST(alias AS TEXT),
        kind = CASE CAST(alias AS TEXT) WHEN '' THEN 'write' ELSE 'record' END WHERE ${isTorn}`),
    },
    {
      find: `SELECT lane, seq, points, body FROM ${table} WHERE ${cannotHold}`,
      describe: (row: SqlRow) => `number ${row["seq"]} of lane ${row["lane"]} has ${row["points"]} points`,
      repair: (database: SqlDatabase, row: SqlRow) =>
        void database.run(`UPDATE ${table} SET points = ? WHERE lane = ? AND seq = ?`, [
          row["body"] instanceof Uint8Array ? Math.max(1, splitFormBytes(byteString(row["body"])).length) : 1,
          row["lane"] ?? null,
          row["seq"] ?? null,
        ]),
    },
  ];
});

export const VALUES: readonly Check[] = [
  {
    find: "SELECT count(*) AS rows FROM spool HAVING count(*) <> 1",
    describe: (row) => `the queue has ${row["rows"]} names`,
    repair: (database) => {
      database.run("DELETE FROM spool");
      database.run("INSERT INTO spool (id) VALUES ('')");
      rename(database);
    },
  },
  {
    find: "SELECT id FROM spool WHERE length(id) <> 16 OR id GLOB '*[^0-9a-f]*'",
    describe: () => "the queue's name is not one that gmq gives",
    repair: rename,
  },
  ...numbers,
  ...expendable,
  ...contents,
  {
    find: `SELECT lane, seq, next - seq AS points FROM (
        SELECT lane, seq, points, lead(seq) OVER (PARTITION BY lane ORDER BY seq) AS next FROM message
      ) WHERE seq + points > next`,
    describe: (row) => `number ${row["seq"]} of lane ${row["lane"]} reaches into the next message`,
    repair: repairBy("UPDATE message SET points = ? WHERE lane = ? AND seq = ?", "points", "lane", "seq"),
  },
  {
    find: `SELECT upstream, lane FROM cursor
      WHERE moved IS NOT NULL AND CASE WHEN json_valid(moved) THEN json_type(moved) <> 'array' ELSE true END`,
    describe: (row) => `what upstream ${row["upstream"]} has of lane ${row["lane"]} at other times cannot be read`,
    repair: repairBy("UPDATE cursor SET moved = NULL WHERE upstream = ? AND lane = ?", "upstream", "lane"),
  },
  {
    find: "SELECT id FROM device WHERE cik <> '' AND (length(cik) <> 40 OR cik GLOB '*[^!-~]*')",
    describe: (row) => `the CIK of device ${row["id"]} is none`,
    repair: repairBy("UPDATE device SET cik = CASE vendor WHEN '' THEN serial ELSE '' END WHERE id = ?", "id"),
  },
  {
    find: "SELECT upstream, device FROM upstream_cik WHERE length(cik) <> 40 OR cik GLOB '*[^!-~]*'",
    describe: (row) => `the CIK of device ${row["device"]} at upstream ${row["upstream"]} is none`,
    repair: repairBy("DELETE FROM upstream_cik WHERE upstream = ? AND device = ?", "upstream", "device"),
  },
];

function isNoNumber(column: string): string {
  return `(typeof(${column}) <> 'integer' OR ${column} NOT BETWEEN ${Number.MIN_SAFE_INTEGER} AND ${Number.MAX_SAFE_INTEGER})`;
}

function lastAtOf(table: string): string {
  return `coalesce((SELECT last_at FROM lane WHERE id = ${table}.lane), 0)`;
}
