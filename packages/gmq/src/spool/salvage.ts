/**
 * What can be read of a damaged queue goes into a new file. SQLite reads its tables page by page; behind a page that it
 * cannot read, the search goes on with greater and greater strides.
 */
import type { SqlDatabase, SqlRow, SqlValue } from "@gateway-engine/core/sql";

export interface Salvaged {
  readonly messages: number;
  readonly setAside: number;
  /** Messages that the counters of the damaged file say were there, too; undefined: they cannot be read. */
  readonly missing: number | undefined;
}

/**
 * The new file has a name of its own: numbers of messages that could not be read may be given a second time.
 *
 * @param fresh an empty queue
 */
export function salvage(damaged: SqlDatabase, fresh: SqlDatabase): Salvaged {
  const kept = (table: string) => {
    const columns = columnsOf(fresh, table);
    let count = 0;
    // A row that breaks a rule of its table was torn.
    const insert = `INSERT OR IGNORE INTO ${table} (${columns.join(", ")}) VALUES (${columns.map(() => "?").join(", ")})`;
    fresh.transaction(() => {
      for (const row of readableRows(damaged, table)) {
        count += fresh.run(
          insert,
          columns.map((column) => row[column] ?? null),
        );
      }
    });
    return count;
  };
  const setAside = Object.keys(KEYS)
    .filter((table) => table !== "message")
    .map((table) => [table, kept(table)] as const)
    .find(([table]) => table === "set_aside")?.[1];
  const messages = kept("message");
  const counted = tryAll(damaged, "SELECT total(accepted - removed) AS queued FROM lane", [])?.[0]?.["queued"];
  const missing = counted === undefined ? undefined : Math.max(0, Number(counted) - messages);
  return { messages, setAside: setAside ?? 0, missing };
}

/** The tables and what their rows are ordered by. */
const KEYS: Readonly<Record<string, readonly [string, ...string[]]>> = {
  device: ["id"],
  lane: ["id"],
  upstream: ["id"],
  cursor: ["upstream", "lane"],
  upstream_cik: ["upstream", "device"],
  era: ["id"],
  queue_time: ["at"],
  set_aside: ["id"],
  message: ["lane", "seq"],
};

const PAGE = 100;
/** Farther than this behind a damaged place nothing is looked for. */
const LONGEST_STRIDE = 2 ** 40;

function* readableRows(database: SqlDatabase, table: string): Generator<SqlRow> {
  const keys = KEYS[table] ?? ["rowid"];
  const [first, last] = [keys[0], keys.at(-1) ?? keys[0]];
  const order = keys.join(", ");
  const sql = `SELECT * FROM ${table} WHERE (${order}) > (${keys.map(() => "?").join(", ")}) ORDER BY ${order} LIMIT ?`;
  let after: readonly SqlValue[] = keys.map(() => -1);
  let stride = 1;
  let page = PAGE;
  for (;;) {
    const rows = tryAll(database, sql, [...after, page]);
    if (rows !== undefined) {
      if (rows.length === 0) return;
      yield* rows;
      const end = rows.at(-1);
      after = keys.map((key) => end?.[key] ?? null);
      stride = 1;
      page = PAGE;
    } else if (page > 1) {
      page = 1;
    } else if (stride <= LONGEST_STRIDE) {
      after = [...after.slice(0, -1), Number(after.at(-1)) + stride];
      stride *= 2;
    } else if (first !== last && Number(after[0]) >= 0) {
      // The rest of this lane is lost; the next one may be on other pages.
      after = [Number(after[0]) + 1, -1];
      stride = 1;
      if (Number(after[0]) > LAST_LANE) return;
    } else {
      return;
    }
  }
}

/** There are few devices; a damaged table must not be searched for ever. */
const LAST_LANE = 40_000;

function columnsOf(database: SqlDatabase, table: string): readonly string[] {
  return database.all("SELECT name FROM pragma_table_info(?)", [table]).map((row) => String(row["name"]));
}

function tryAll(database: SqlDatabase, sql: string, params: readonly SqlValue[]): readonly SqlRow[] | undefined {
  try {
    return database.all(sql, params);
  } catch {
    return undefined;
  }
}
