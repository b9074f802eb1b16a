/** Rows that other rows refer to. */
import { MAIN_UPSTREAM } from "../schema.ts";
import { type Check, rename, repairBy } from "./check.ts";

/** Lanes that something is or was in, with the first number that is certainly free. */
const LANES = `
  SELECT lane, max(seq + points) AS next_seq, max(at) AS last_at, count(*) AS messages FROM message GROUP BY lane
  UNION ALL SELECT lane, max(seq + points), 0, 0 FROM set_aside GROUP BY lane
  UNION ALL SELECT lane, max(next_seq), 0, 0 FROM cursor GROUP BY lane`;

export const OWNERS: readonly Check[] = [
  {
    find: `SELECT 1 AS id WHERE NOT EXISTS (SELECT 1 FROM upstream WHERE id = 1 AND name = '${MAIN_UPSTREAM}')`,
    describe: () => "the gateway's own server is not among the upstreams",
    repair: (database) => {
      database.run("UPDATE upstream SET name = 'upstream ' || id WHERE name = ?", [MAIN_UPSTREAM]);
      database.run(
        "INSERT INTO upstream (id, name) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET name = excluded.name",
        [MAIN_UPSTREAM],
      );
    },
  },
  {
    find: "SELECT DISTINCT upstream FROM cursor WHERE upstream NOT IN (SELECT id FROM upstream)",
    describe: (row) =>
      `nothing says which server upstream ${row["upstream"]} is; the one that has lost its name begins with what is accepted from now on`,
    repair: repairBy("DELETE FROM cursor WHERE upstream = ?", "upstream"),
  },
  {
    find: `SELECT upstream, device FROM upstream_cik
      WHERE upstream NOT IN (SELECT id FROM upstream) OR device NOT IN (SELECT id FROM device)`,
    describe: (row) =>
      `a CIK is kept for device ${row["device"]} at upstream ${row["upstream"]}, one of which is not there`,
    repair: repairBy("DELETE FROM upstream_cik WHERE upstream = ? AND device = ?", "upstream", "device"),
  },
  {
    find: `SELECT lane, max(next_seq) AS next_seq, max(last_at) AS last_at, sum(messages) AS messages FROM (${LANES})
      WHERE lane NOT IN (SELECT id FROM lane) GROUP BY lane`,
    describe: (row) => `lane ${row["lane"]} has ${row["messages"]} messages and no counters`,
    repair: (database, row) => {
      const insert = repairBy(
        "INSERT INTO lane (id, next_seq, last_at, accepted) VALUES (?, ?, ?, ?)",
        "lane",
        "next_seq",
        "last_at",
        "messages",
      );
      insert(database, row);
      rename(database);
    },
  },
  {
    find: "SELECT DISTINCT id / 4 AS device FROM lane WHERE id / 4 NOT IN (SELECT id FROM device)",
    describe: (row) =>
      `device ${row["device"]} has messages, but nothing says who it is; they can be exported, and not forwarded`,
    repair: repairBy(
      "INSERT INTO device (id, vendor, model, serial) VALUES (?1, '', '', 'unknown device ' || ?1)",
      "device",
    ),
  },
  ...["message", "set_aside"].map((table) => ({
    find: `SELECT era, count(*) AS messages FROM ${table} WHERE era <> 0 AND era NOT IN (SELECT id FROM era) GROUP BY era`,
    describe: (row: Parameters<Check["describe"]>[0]) =>
      `${row["messages"]} of ${table} are of era ${row["era"]}, which is not known; their time stays as it is`,
    repair: repairBy(`UPDATE ${table} SET era = 0 WHERE era = ?`, "era"),
  })),
];
