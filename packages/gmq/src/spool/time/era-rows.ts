import type { SqlDatabase, SqlRow } from "@gateway-engine/core/sql";
import type { StoredMessage } from "../message.ts";
import { correct, type Era, type OpenEra } from "./era.ts";
import type { Truth } from "./moment.ts";
import type { SavedTime } from "./queue-time.ts";

/** Everything about time that is on disk when a program starts. */
export interface StoredTimes {
  readonly saved: SavedTime | undefined;
  /** The last one, which may still go on. */
  readonly lastEra: Era | undefined;
}

export class EraRows {
  readonly #database: SqlDatabase;

  constructor(database: SqlDatabase) {
    this.#database = database;
  }

  times(): StoredTimes {
    const saved = this.#database.get("SELECT * FROM queue_time");
    const last = this.#database.get("SELECT * FROM era ORDER BY id DESC LIMIT 1");
    return {
      saved: saved === undefined ? undefined : readSaved(saved),
      lastEra: last === undefined ? undefined : readEra(last),
    };
  }

  saveTime({ at, boot, sinceBoot, wall }: SavedTime): void {
    this.#database.run("DELETE FROM queue_time");
    const sql = "INSERT INTO queue_time (at, boot, since_boot, wall) VALUES (?, ?, ?, ?)";
    this.#database.run(sql, [at, boot, sinceBoot, wall]);
  }

  /** Counts a message whose time is of this era. */
  count({ id, boot, clockOffset, knownAt }: Era, { at, lastAt }: Pick<StoredMessage, "at" | "lastAt">): void {
    this.#database.run(COUNT, [id, boot, clockOffset, knownAt ?? null, at, lastAt]);
  }

  /** @returns messages whose time is an estimate from now on */
  settle(truth: Truth): number {
    // What was guessed in this boot can be known now.
    const guessed = truth.isGuess ? null : truth.boot;
    const sql = "SELECT * FROM era WHERE correction IS NULL OR (estimated AND boot = ?) ORDER BY id";
    const open = this.#database.all(sql, [guessed]).map(readOpenEra);
    let messages = 0;
    for (const { era, correction, estimated } of correct(open, truth)) {
      const sql = "UPDATE era SET correction = ?, estimated = ? WHERE id = ? RETURNING messages";
      const row = this.#database.get(sql, [correction, estimated ? 1 : 0, era]);
      if (estimated) messages += Number(row?.["messages"]);
    }
    return messages;
  }

  /** Messages whose time is or was an estimate. */
  estimated(): number {
    return Number(this.#database.get("SELECT total(messages) AS messages FROM era WHERE estimated")?.["messages"]);
  }
}

const COUNT = `
  INSERT INTO era (id, boot, clock_offset, known_at, first_at, last_at, messages) VALUES (?1, ?2, ?3, ?4, ?5, ?6, 1)
  ON CONFLICT (id) DO UPDATE SET last_at = max(last_at, ?6), messages = messages + 1`;

function readSaved(row: SqlRow): SavedTime {
  return {
    at: Number(row["at"]),
    boot: String(row["boot"]),
    sinceBoot: Number(row["since_boot"]),
    wall: Number(row["wall"]),
  };
}

function readEra(row: SqlRow): Era {
  return {
    id: Number(row["id"]),
    boot: String(row["boot"]),
    clockOffset: Number(row["clock_offset"]),
    knownAt: row["known_at"] === null ? undefined : Number(row["known_at"]),
  };
}

function readOpenEra(row: SqlRow): OpenEra {
  return { ...readEra(row), firstAt: Number(row["first_at"]), lastAt: Number(row["last_at"]) };
}
