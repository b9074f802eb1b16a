import type { SqlDatabase, SqlRow } from "@gateway-engine/core/sql";
import type { HistoryEntry, HistoryQuery } from "@gateway-engine/protocol/local-control";
import { number, text } from "./rows.ts";

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
