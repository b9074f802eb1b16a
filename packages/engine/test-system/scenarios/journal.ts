import { DatabaseSync, type SQLOutputValue } from "node:sqlite";

/** What the journal's file says of an order, whoever has it open. */
export interface Story {
  /** The states that it entered, in order. */
  readonly states: readonly string[];
  /** How its script can be taken back. */
  readonly undo: string | undefined;
}

/** @param deployment that it was ordered for */
export function storyOf(file: string, deployment: string): Story {
  return withJournal(file, (database) => {
    const rows = database
      .prepare(
        `SELECT kind, json_extract(state, '$.mode') AS mode FROM transitions JOIN installs ON installs.id = install
         WHERE deployment = ? ORDER BY seq`,
      )
      .all(deployment);
    const modes = rows.map(({ mode }) => mode).filter((mode) => mode !== null);
    return { states: rows.map(({ kind }) => String(kind)), undo: textOf(modes[0]) };
  });
}

/** How many orders have not ended, and how many reports wait. */
export function waitingIn(file: string): number {
  return withJournal(file, (database) => {
    const count = database.prepare(
      `SELECT (SELECT count(*) FROM installs WHERE ended_at IS NULL) + (SELECT count(*) FROM results)
       + (SELECT count(*) FROM commands WHERE cleared_at IS NULL) AS waiting`,
    );
    return Number(count.get()?.["waiting"]);
  });
}

/** Of an order whose script was cut off: the machine was restarted since. The engine does not run meanwhile. */
export function reboot(file: string, deployment: string): void {
  const database = new DatabaseSync(file);
  try {
    database
      .prepare(
        `UPDATE transitions SET state = json_set(state, '$.bootId', 'the boot before')
         WHERE install = (SELECT id FROM installs WHERE deployment = ?) AND kind = 'installing'`,
      )
      .run(deployment);
  } finally {
    database.close();
  }
}

function withJournal<Value>(file: string, look: (database: DatabaseSync) => Value): Value {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    return look(database);
  } finally {
    database.close();
  }
}

function textOf(value: SQLOutputValue | undefined): string | undefined {
  return value === undefined ? undefined : String(value);
}
