import { DatabaseSync } from "node:sqlite";

export interface JournalEnd {
  /** Installs that have not ended. */
  readonly open: number;
  /** State in which the install that was ordered last is. */
  readonly last: string;
  /** How often that install has ended. */
  readonly ends: number;
}

/** What the journal's file says, whoever has it open. */
export function journalEnd(file: string): JournalEnd {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    const open = database.prepare("SELECT count(*) AS open FROM installs WHERE ended_at IS NULL").get();
    const states = database
      .prepare(
        `SELECT kind FROM transitions WHERE install = (SELECT id FROM installs ORDER BY rowid DESC LIMIT 1) ORDER BY seq`,
      )
      .all()
      .map(({ kind }) => String(kind));
    const ends = states.filter((kind) => ["committed", "rolled-back", "failed"].includes(kind)).length;
    return { open: Number(open?.["open"]), last: states.at(-1) ?? "", ends };
  } finally {
    database.close();
  }
}
