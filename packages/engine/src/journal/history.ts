/** What orders have gone through, for people to read. */
import type { Timestamp } from "@gateway-engine/core/clock";
import type { SqlDatabase, SqlRow } from "@gateway-engine/core/sql";
import type {
  HistoryEntry,
  HistoryQuery,
  InstallSummary,
  JournalTransition,
} from "@gateway-engine/protocol/local-control";
import type { InstallState } from "../install/state.ts";
import { INSTALL_VERBS, type Install, toInstall } from "./orders.ts";
import { number, readState, text } from "./rows.ts";

export interface EndedInstall {
  readonly install: Install;
  readonly state: InstallState;
  readonly at: Timestamp;
}

/** @see Journal.lastEnd */
export function lastEnd(database: SqlDatabase): EndedInstall | undefined {
  const row = database.get(
    `SELECT i.*, c.source AS command_source, t.kind, t.state, t.at FROM installs i JOIN commands c ON c.id = i.command
     JOIN transitions t ON t.seq = (SELECT max(seq) FROM transitions WHERE install = i.id)
     WHERE c.source = 'cloud' AND i.verb IN (${INSTALL_VERBS.map((verb) => `'${verb}'`).join(", ")})
     ORDER BY t.seq DESC LIMIT 1`,
  );
  if (row === undefined || row["ended_at"] === null) return undefined;
  return { install: toInstall(row), state: readState(text(row, "state")), at: number(row, "at") };
}

/** @see Journal.transitions */
export function transitionsAfter(database: SqlDatabase, after: number): readonly JournalTransition[] {
  const rows = database.all(
    `SELECT t.seq, t.install, i.verb, i.name, t.kind, t.at, t.message FROM transitions t JOIN installs i ON i.id = t.install
     WHERE t.seq > ? ORDER BY t.seq LIMIT ?`,
    [after, MAX_TRANSITIONS],
  );
  return rows.map((row) => ({
    seq: number(row, "seq"),
    install: text(row, "install"),
    verb: text(row, "verb"),
    name: text(row, "name"),
    state: text(row, "kind"),
    at: number(row, "at"),
    message: text(row, "message"),
  }));
}

/** @see Journal.summaries */
export function lastInstalls(database: SqlDatabase, limit: number): readonly InstallSummary[] {
  const rows = database.all(
    `SELECT i.id, i.verb, i.name, t.kind, t.at, t.message FROM installs i
     JOIN transitions t ON t.seq = (SELECT max(seq) FROM transitions WHERE install = i.id)
     ORDER BY t.seq DESC LIMIT ?`,
    [limit],
  );
  return rows.map((row) => ({
    id: text(row, "id"),
    verb: text(row, "verb"),
    name: text(row, "name"),
    state: text(row, "kind"),
    changedAt: number(row, "at"),
    message: text(row, "message"),
  }));
}

/** The last orders with what came of them, oldest first. */
export function historyOf(database: SqlDatabase, { app, limit }: HistoryQuery): readonly HistoryEntry[] {
  const rows = database.all(
    `SELECT i.id, i.verb, i.name, c.source, c.received_at, t.kind, t.message FROM installs i
     JOIN commands c ON c.id = i.command
     JOIN transitions t ON t.seq = (SELECT max(seq) FROM transitions WHERE install = i.id)
     WHERE ?1 IS NULL OR i.app = ?1 ORDER BY i.rowid DESC LIMIT ?2`,
    [app ?? null, limit],
  );
  return rows.toReversed().map((row) => toEntry(database, row));
}

/** How many orders of each verb are in each state. */
export interface OrderCount {
  readonly verb: string;
  readonly state: string;
  readonly count: number;
}

/** Of all orders that are remembered. */
export function orderCounts(database: SqlDatabase): readonly OrderCount[] {
  const rows = database.all(
    `SELECT i.verb, t.kind, count(*) AS orders FROM installs i
     JOIN transitions t ON t.seq = (SELECT max(seq) FROM transitions WHERE install = i.id)
     GROUP BY i.verb, t.kind ORDER BY i.verb, t.kind`,
  );
  return rows.map((row) => ({ verb: text(row, "verb"), state: text(row, "kind"), count: number(row, "orders") }));
}

function toEntry(database: SqlDatabase, row: SqlRow): HistoryEntry {
  const id = text(row, "id");
  const steps = database.all("SELECT kind, at FROM transitions WHERE install = ? ORDER BY seq", [id]);
  return {
    id,
    verb: text(row, "verb"),
    name: text(row, "name"),
    source: text(row, "source") === "local" ? "local" : "cloud",
    orderedAt: number(row, "received_at"),
    state: text(row, "kind"),
    message: text(row, "message"),
    steps: steps.map((step) => ({ state: text(step, "kind"), at: number(step, "at") })),
  };
}

/** Rows of one answer; who wants more asks again after the last. */
const MAX_TRANSITIONS = 1000;
