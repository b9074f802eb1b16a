import type { Timestamp } from "@gateway-engine/core/clock";
import type { SqlDatabase } from "@gateway-engine/core/sql";
import { number } from "../journal/rows.ts";

/** Only a time that is so much later is written down: a flash card need not wear out for less. */
const STEP_MS = 3_600_000;

/**
 * The latest time that somebody other than this machine's clock has told: a gateway without a battery may start in 1970.
 * It never goes back; over a restart it may lose an hour.
 */
export class KnownTime {
  readonly #database: SqlDatabase;
  #latest: Timestamp;
  #written: Timestamp;

  constructor(database: SqlDatabase) {
    this.#database = database;
    const row = database.get("SELECT at FROM known_time");
    this.#written = row === undefined ? 0 : number(row, "at");
    this.#latest = this.#written;
  }

  /** 0 as long as nobody has told the time. */
  get latest(): Timestamp {
    return this.#latest;
  }

  /** @param at what a valid statement or the server says */
  note(at: Timestamp): void {
    this.#latest = Math.max(this.#latest, at);
    if (this.#latest < this.#written + STEP_MS) return;
    const sql = "INSERT INTO known_time (id, at) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET at = excluded.at";
    this.#database.run(sql, [this.#latest]);
    this.#written = this.#latest;
  }
}
