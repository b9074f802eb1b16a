/** What an upstream refuses: kept for a person to look at, as far as there is room. */
import type { SqlDatabase } from "@gateway-engine/core/sql";
import type { Cursors } from "./cursors.ts";
import type { Lane } from "./lane.ts";
import { type Room, storedBytes } from "./room/room.ts";

export interface Refused {
  readonly lane: Lane;
  readonly seq: number;
  readonly reason: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** Set-aside messages that are kept. */
const MOST_SET_ASIDE = 1000;

export class SetAside {
  readonly #database: SqlDatabase;
  readonly #cursors: Cursors;
  readonly #room: Room;

  constructor(database: SqlDatabase, cursors: Cursors, room: Room) {
    this.#database = database;
    this.#cursors = cursors;
    this.#room = room;
  }

  /** The message leaves the queue first, so that none needs room twice. */
  keep(upstream: number, { lane, seq, reason, now }: Refused): void {
    const message = this.#database.get("SELECT * FROM message WHERE lane = ? AND seq = ?", [lane, seq]);
    if (message === undefined) return;
    const { points, kind, alias, at, era, body } = message;
    if (!(body instanceof Uint8Array)) return;
    this.#cursors.pass(upstream, lane, seq, "forwarded");
    this.#cursors.pass(upstream, lane, seq + Number(points), "set_aside");
    if (!this.#makeRoom(storedBytes({ alias: String(alias), body }))) {
      this.#discard(upstream);
      return;
    }
    this.#database.run(
      `INSERT INTO set_aside (upstream, lane, seq, points, kind, alias, at, era, body, reason, set_aside_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      [upstream, lane, seq, points ?? 1, kind ?? "", alias ?? "", at ?? 0, era ?? 0, body, reason, now],
    );
  }

  /** @returns false when `bytes` are too many even without any other */
  #makeRoom(bytes: number): boolean {
    for (;;) {
      const kept = this.#database.get("SELECT count(*) AS messages, total(length(body)) AS bytes FROM set_aside");
      const fits =
        Number(kept?.["messages"]) < MOST_SET_ASIDE &&
        Number(kept?.["bytes"]) + bytes <= this.#room.budget.setAside &&
        this.#room.holds(bytes);
      if (fits) return true;
      const oldest = this.#database.get("SELECT id, upstream FROM set_aside ORDER BY id LIMIT 1");
      if (oldest === undefined) return false;
      this.#database.run("DELETE FROM set_aside WHERE id = ?", [oldest["id"] ?? 0]);
      this.#discard(Number(oldest["upstream"]));
    }
  }

  #discard(upstream: number): void {
    this.#database.run("UPDATE upstream SET discarded = discarded + 1 WHERE id = ?", [upstream]);
  }
}
