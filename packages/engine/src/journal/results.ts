/** Reports for `fetch_status` that wait until the server has them. */
import type { Timestamp } from "@gateway-engine/core/clock";
import type { SqlDatabase } from "@gateway-engine/core/sql";
import type { FetchStatus } from "@gateway-engine/protocol/reports";
import { number, text } from "./rows.ts";

export interface WaitingResult {
  readonly seq: number;
  /** JSON of a FetchStatus. */
  readonly status: string;
}

export function addResult(database: SqlDatabase, result: FetchStatus, now: Timestamp): void {
  database.run("INSERT INTO results (status, made_at) VALUES (?, ?)", [JSON.stringify(result), now]);
  database.run("DELETE FROM results WHERE seq <= (SELECT max(seq) FROM results) - ?", [MAX_RESULTS]);
}

/** The oldest report that the server does not have. */
export function oldestResult(database: SqlDatabase): WaitingResult | undefined {
  const row = database.get("SELECT seq, status FROM results ORDER BY seq LIMIT 1");
  return row === undefined ? undefined : { seq: number(row, "seq"), status: text(row, "status") };
}

export function removeResult(database: SqlDatabase, seq: number): void {
  database.run("DELETE FROM results WHERE seq = ?", [seq]);
}

/** Reports that wait for a server which never comes back must not fill the disk. */
const MAX_RESULTS = 1000;
