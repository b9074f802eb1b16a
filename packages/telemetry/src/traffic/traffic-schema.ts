import type { Migration } from "@gateway-engine/core/sql";

/**
 * Schema of traffic.db.
 *
 * parties: who sent and received for what, over which interface, with all of it since the book was begun.
 * sums: the same by time: `span` is 60, 3600 or 86400, and `start` the second since 1970 at which it begins, in UTC.
 * counters: the state of the interfaces' counters, as JSON.
 */
export const TRAFFIC_SCHEMA: readonly Migration[] = [
  [
    `CREATE TABLE parties (
       id INTEGER PRIMARY KEY,
       application TEXT NOT NULL,
       purpose TEXT NOT NULL,
       interface TEXT NOT NULL,
       exact INTEGER NOT NULL,
       requests INTEGER NOT NULL DEFAULT 0,
       received INTEGER NOT NULL DEFAULT 0,
       sent INTEGER NOT NULL DEFAULT 0,
       wire_received INTEGER NOT NULL DEFAULT 0,
       wire_sent INTEGER NOT NULL DEFAULT 0,
       max_received INTEGER NOT NULL DEFAULT 0,
       max_sent INTEGER NOT NULL DEFAULT 0,
       used INTEGER NOT NULL DEFAULT 0,
       UNIQUE (application, purpose, interface, exact)
     ) STRICT`,
    `CREATE TABLE sums (
       span INTEGER NOT NULL,
       start INTEGER NOT NULL,
       party INTEGER NOT NULL REFERENCES parties (id),
       requests INTEGER NOT NULL,
       received INTEGER NOT NULL,
       sent INTEGER NOT NULL,
       wire_received INTEGER NOT NULL,
       wire_sent INTEGER NOT NULL,
       PRIMARY KEY (span, start, party)
     ) STRICT, WITHOUT ROWID`,
    "CREATE INDEX sums_of_party ON sums (party)",
    "CREATE TABLE counters (id INTEGER PRIMARY KEY CHECK (id = 1), state TEXT NOT NULL) STRICT",
  ],
];
