import type { SqlDatabase, SqlRow } from "@gateway-engine/core/sql";
import type { CounterState } from "./interface-counters.ts";
import type { TrafficRow } from "./pending-traffic.ts";
import { KEPT, SPANS, type Span } from "./spans.ts";
import { OTHER_PURPOSES, type TrafficEntry } from "./traffic-entry.ts";

/** Purposes of one application; of more, those not used for longest are put together under `OTHER_PURPOSES`. */
export const MAX_PURPOSES = 50;
/** Applications; what more of them send is written down under `OTHER_APPLICATIONS`. */
export const MAX_APPLICATIONS = 200;
const OTHER_APPLICATIONS = "other";

/** What one party sent and received, over some time. */
export interface PartyTotals extends TrafficEntry {
  /** Of the largest request; 0 where the time is not all of it. */
  readonly maxReceived: number;
  readonly maxSent: number;
}

/** The book in its database. @throws StorageError from every method */
export class TrafficStore {
  readonly #database: SqlDatabase;
  readonly #maxPurposes: number;
  #tidiedHour = Number.NaN;

  constructor(database: SqlDatabase, maxPurposes: number = MAX_PURPOSES) {
    this.#database = database;
    this.#maxPurposes = maxPurposes;
  }

  /** All of the rows and the counters, or nothing of it. */
  add(rows: readonly TrafficRow[], counters: CounterState | undefined): void {
    const newest = Math.max(0, ...rows.map(({ start }) => start));
    const hour = newest - (newest % SPANS.hour);
    this.#database.transaction(() => {
      for (const row of rows) this.#addRow(row);
      if (counters !== undefined) {
        this.#database.run("INSERT OR REPLACE INTO counters (id, state) VALUES (1, ?)", [JSON.stringify(counters)]);
      }
      if (hour !== this.#tidiedHour) this.#forgetOld();
    });
    this.#tidiedHour = hour;
  }

  counters(): CounterState | undefined {
    const state = this.#database.get("SELECT state FROM counters WHERE id = 1")?.["state"];
    return typeof state === "string" ? (JSON.parse(state) as CounterState) : undefined;
  }

  /** By party, the days that begin from `first` to `last`, both included. */
  totals(first: number, last: number): readonly PartyTotals[] {
    return this.#database
      .all(
        `SELECT application, purpose, interface, exact, 0 AS max_received, 0 AS max_sent,
           sum(s.requests) AS requests, sum(s.received) AS received, sum(s.sent) AS sent,
           sum(s.wire_received) AS wire_received, sum(s.wire_sent) AS wire_sent
         FROM sums s JOIN parties p ON p.id = s.party
         WHERE span = ? AND start BETWEEN ? AND ? GROUP BY party ORDER BY party`,
        [SPANS.day, first, last],
      )
      .map(partyTotals);
  }

  /** By party, everything since the book was begun. */
  parties(): readonly PartyTotals[] {
    return this.#database.all("SELECT * FROM parties ORDER BY id").map(partyTotals);
  }

  close(): void {
    this.#database.close();
  }

  #addRow(row: TrafficRow): void {
    const party = this.#partyOf(row);
    const { requests, received, sent, wireReceived, wireSent, start } = row;
    const bytes = [requests, received, sent, wireReceived, wireSent];
    this.#database.run(
      `UPDATE parties SET requests = requests + ?, received = received + ?, sent = sent + ?,
         wire_received = wire_received + ?, wire_sent = wire_sent + ?,
         max_received = max(max_received, ?), max_sent = max(max_sent, ?), used = ? WHERE id = ?`,
      [...bytes, row.maxReceived, row.maxSent, start, party],
    );
    for (const span of Object.values(SPANS)) {
      this.#database.run(`INSERT INTO sums VALUES (?, ?, ?, ?, ?, ?, ?, ?) ${OR_ADD}`, [
        span,
        start - (start % span),
        party,
        ...bytes,
      ]);
    }
  }

  #partyOf(row: TrafficRow): number {
    const known = this.#find(row);
    if (known !== undefined) return known;
    const application = this.#roomFor(row.application);
    if (row.purpose !== OTHER_PURPOSES) this.#makeRoom(application, row.purpose);
    return this.#findOrAdd({ ...row, application });
  }

  #find({ application, purpose, interface: name, exact }: Party): number | undefined {
    const sql = "SELECT id FROM parties WHERE application = ? AND purpose = ? AND interface = ? AND exact = ?";
    const id = this.#database.get(sql, [application, purpose, name, exact ? 1 : 0])?.["id"];
    return id === undefined ? undefined : Number(id);
  }

  #findOrAdd(party: Party): number {
    const { application, purpose, interface: name, exact } = party;
    this.#database.run(
      "INSERT INTO parties (application, purpose, interface, exact) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
      [application, purpose, name, exact ? 1 : 0],
    );
    return Number(this.#find(party));
  }

  #roomFor(application: string): string {
    const isKnown = this.#database.get("SELECT 1 FROM parties WHERE application = ? LIMIT 1", [application]);
    if (isKnown !== undefined) return application;
    const known = this.#database.get("SELECT count(DISTINCT application) AS number FROM parties");
    return Number(known?.["number"]) < MAX_APPLICATIONS ? application : OTHER_APPLICATIONS;
  }

  #makeRoom(application: string, purpose: string): void {
    const purposes = this.#database
      .all(
        `SELECT purpose FROM parties WHERE application = ? AND purpose <> ?
         GROUP BY purpose ORDER BY max(used), max(id)`,
        [application, OTHER_PURPOSES],
      )
      .map((row) => String(row["purpose"]));
    if (purposes.includes(purpose)) return;
    for (const oldest of purposes.slice(0, Math.max(0, purposes.length - this.#maxPurposes + 1))) {
      this.#putUnderOther(application, oldest);
    }
  }

  #putUnderOther(application: string, purpose: string): void {
    const sql = "SELECT id, interface, exact FROM parties WHERE application = ? AND purpose = ?";
    for (const { id = null, interface: name, exact } of this.#database.all(sql, [application, purpose])) {
      const party = { application, purpose: OTHER_PURPOSES, interface: String(name), exact: exact === 1 };
      const other = this.#findOrAdd(party);
      this.#database.run(
        `INSERT INTO sums SELECT span, start, ?, requests, received, sent, wire_received, wire_sent
         FROM sums WHERE party = ? ${OR_ADD}`,
        [other, id],
      );
      this.#database.run(
        `UPDATE parties SET requests = parties.requests + o.requests, received = parties.received + o.received,
           sent = parties.sent + o.sent, wire_received = parties.wire_received + o.wire_received,
           wire_sent = parties.wire_sent + o.wire_sent, max_received = max(parties.max_received, o.max_received),
           max_sent = max(parties.max_sent, o.max_sent)
         FROM parties AS o WHERE o.id = ? AND parties.id = ?`,
        [id, other],
      );
      this.#database.run("DELETE FROM sums WHERE party = ?", [id]);
      this.#database.run("DELETE FROM parties WHERE id = ?", [id]);
    }
  }

  #forgetOld(): void {
    for (const span of Object.keys(SPANS) as Span[]) {
      this.#database.run(
        `DELETE FROM sums WHERE span = ?1 AND start <=
           (SELECT start FROM (SELECT DISTINCT start FROM sums WHERE span = ?1) ORDER BY start DESC LIMIT 1 OFFSET ?2)`,
        [SPANS[span], KEPT[span]],
      );
    }
  }
}

type Party = Pick<TrafficEntry, "application" | "purpose" | "interface" | "exact">;

const OR_ADD = `ON CONFLICT DO UPDATE SET requests = sums.requests + excluded.requests,
  received = sums.received + excluded.received, sent = sums.sent + excluded.sent,
  wire_received = sums.wire_received + excluded.wire_received, wire_sent = sums.wire_sent + excluded.wire_sent`;

function partyTotals(row: SqlRow): PartyTotals {
  const number = (column: string) => Number(row[column]);
  return {
    application: String(row["application"]),
    purpose: String(row["purpose"]),
    interface: String(row["interface"]),
    exact: row["exact"] === 1,
    requests: number("requests"),
    received: number("received"),
    sent: number("sent"),
    wireReceived: number("wire_received"),
    wireSent: number("wire_sent"),
    maxReceived: number("max_received"),
    maxSent: number("max_sent"),
  };
}
