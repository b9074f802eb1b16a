/** Makes room by giving messages up, as the policy says. One step is short enough to be done within a commit. */
import type { SqlDatabase, SqlRow } from "@gateway-engine/core/sql";
import { byteString } from "../byte-string.ts";
import type { Cursors } from "../cursors.ts";
import { type Lane, LEAST_URGENT_FIRST } from "../lane.ts";
import type { Policy } from "./budget.ts";
import { everySecond, olderHalf, type ThinnedMessage } from "./thinning.ts";

/** Messages that one step looks at. */
const STEP_MESSAGES = 400;
/** Bytes of their bodies together, after the first. */
const STEP_BYTES = 524_288;

export class Shedding {
  readonly #database: SqlDatabase;
  readonly #cursors: Cursors;

  constructor(database: SqlDatabase, cursors: Cursors) {
    this.#database = database;
    this.#cursors = cursors;
  }

  /** @returns whether anything was given up */
  step(policy: Policy): boolean {
    switch (policy) {
      case "reject":
        return false;
      case "drop_oldest":
        return this.#dropOldest();
      case "thin_out":
        return this.#thinOut() || this.#dropOldest();
    }
  }

  #dropOldest(): boolean {
    const lane = this.#database.get(OLDEST_LANE)?.["id"];
    if (typeof lane !== "number") return false;
    this.#cursors.lose(lane, this.#window(lane, 1, Number.MAX_SAFE_INTEGER).map(seqOf), "dropped");
    return true;
  }

  /** Goes on where the step before has ended, and once around: until something went, or the place is reached again. */
  #thinOut(): boolean {
    const places = this.#places();
    for (const place of places) if (this.#thin(place)) return true;
    return false;
  }

  /** The rest of the lane that is being thinned, then the others, each from its beginning. */
  #places(): readonly Place[] {
    const lanes = this.#database.all(LANES).map((row) => Number(row["id"]));
    const row = this.#database.get("SELECT lane, next_seq, until_seq, keep_first FROM thinning");
    const started: Place = {
      lane: Number(row?.["lane"] ?? 0),
      from: Number(row?.["next_seq"] ?? 0),
      until: Number(row?.["until_seq"] ?? 0),
      keepFirst: row?.["keep_first"] !== 0,
    };
    const begin = (lane: Lane): Place => ({ lane, from: 1, until: undefined, keepFirst: true });
    const index = lanes.indexOf(started.lane);
    const rest = [...lanes.slice(index + 1), ...lanes.slice(0, index + 1)].map(begin);
    return index === -1 ? lanes.map(begin) : [started, ...rest];
  }

  #thin(place: Place): boolean {
    const { lane, keepFirst } = place;
    const until = place.until ?? this.#olderHalf(lane);
    let { from } = place;
    for (let keep = keepFirst; ; keep = !keep) {
      const rows = this.#rows(lane, this.#window(lane, from, until));
      const last = rows.at(-1);
      if (last === undefined) return false;
      from = seqOf(last) + 1;
      const gone = everySecond(rows.map(readThinned), keep);
      if (gone.size === 0) continue;
      this.#rewrite(lane, rows, gone);
      this.#database.run("DELETE FROM thinning");
      this.#database.run("INSERT INTO thinning (lane, next_seq, until_seq, keep_first) VALUES (?, ?, ?, ?)", [
        lane,
        from,
        until,
        keep ? 0 : 1,
      ]);
      return true;
    }
  }

  /** Those that stay are written anew, close together: pages that are half empty would give no room to others. */
  #rewrite(lane: Lane, rows: readonly SqlRow[], gone: ReadonlySet<number>): void {
    for (const row of rows) this.#database.run("DELETE FROM message WHERE lane = ? AND seq = ?", [lane, seqOf(row)]);
    for (const row of rows) {
      if (gone.has(seqOf(row))) continue;
      this.#database.run(
        INSERT,
        COLUMNS.map((column) => row[column] ?? null),
      );
    }
    this.#cursors.countLost(lane, [...gone], "dropped");
  }

  #rows(lane: Lane, window: readonly SqlRow[]): readonly SqlRow[] {
    const [first, last] = [window[0], window.at(-1)];
    if (first === undefined || last === undefined) return [];
    const sql = "SELECT * FROM message WHERE lane = ? AND seq >= ? AND seq <= ? ORDER BY seq";
    return this.#database.all(sql, [lane, seqOf(first), seqOf(last)]);
  }

  #olderHalf(lane: Lane): number {
    const row = this.#database.get(
      "SELECT next_seq, (SELECT min(seq) FROM message WHERE lane = lane.id) AS oldest FROM lane WHERE id = ?",
      [lane],
    );
    return typeof row?.["oldest"] === "number" ? olderHalf(row["oldest"], Number(row["next_seq"])) : 0;
  }

  /** The oldest messages of a lane from one number to before another. */
  #window(lane: Lane, from: number, until: number): readonly SqlRow[] {
    const rows = this.#database.all(WINDOW, [lane, from, until, STEP_MESSAGES]);
    let bytes = 0;
    const tooMany = rows.findIndex((row, index) => {
      bytes += Number(row["bytes"]);
      return index > 0 && bytes > STEP_BYTES;
    });
    return tooMany === -1 ? rows : rows.slice(0, tooMany);
  }
}

interface Place {
  readonly lane: Lane;
  readonly from: number;
  /** Undefined: to be found. */
  readonly until: number | undefined;
  readonly keepFirst: boolean;
}

function readThinned(row: SqlRow): ThinnedMessage {
  return {
    seq: seqOf(row),
    kind: row["kind"] === "record" ? "record" : "write",
    alias: String(row["alias"]),
    body: row["body"] instanceof Uint8Array ? byteString(row["body"]) : "",
  };
}

function seqOf(row: SqlRow): number {
  return Number(row["seq"]);
}

const WINDOW = `
  SELECT seq, length(body) AS bytes FROM message WHERE lane = ? AND seq >= ? AND seq < ? ORDER BY seq LIMIT ?`;

const LANES = `SELECT id FROM lane WHERE accepted > removed ORDER BY ${LEAST_URGENT_FIRST}, id`;

const OLDEST_LANE = `
  SELECT id FROM lane WHERE accepted > removed
  ORDER BY ${LEAST_URGENT_FIRST}, (SELECT at FROM message WHERE lane = lane.id ORDER BY seq LIMIT 1) LIMIT 1`;

const COLUMNS = ["lane", "seq", "points", "kind", "alias", "at", "expires_at", "era", "body"] as const;

const INSERT = `INSERT INTO message (${COLUMNS.join(", ")}) VALUES (${COLUMNS.map(() => "?").join(", ")})`;
