import type { Migration } from "@gateway-engine/core/sql";

/**
 * Schema of journal.db. A step is never changed once it was released, and adds only what the previous release can live with.
 *
 * commands: what was ordered, as it was written. installs: what is to be done for a command, in order: packages to
 * install, and since the third step also other verbs, with the application that each is about and its arguments as JSON.
 * transitions: one row for each state an order entered. results: what `fetch_status` has still to be told.
 * sent_reports: the reports that the server has, see SentReports. last_boot: the kernel's start that the engine ran in last.
 * rollback_floors: the least sequence of an application that is taken. known_time: the latest time that was told.
 */
export const JOURNAL_SCHEMA: readonly Migration[] = [
  [
    `CREATE TABLE commands (
       id TEXT PRIMARY KEY,
       source TEXT NOT NULL CHECK (source IN ('cloud', 'local')),
       text TEXT NOT NULL,
       received_at INTEGER NOT NULL,
       cleared_at INTEGER
     ) STRICT`,
    `CREATE TABLE installs (
       id TEXT PRIMARY KEY,
       command TEXT NOT NULL REFERENCES commands (id),
       position INTEGER NOT NULL,
       name TEXT NOT NULL,
       source TEXT,
       sha256 TEXT,
       size INTEGER,
       deployment TEXT,
       ended_at INTEGER
     ) STRICT`,
    "CREATE INDEX installs_open ON installs (command, position) WHERE ended_at IS NULL",
    `CREATE TABLE transitions (
       seq INTEGER PRIMARY KEY AUTOINCREMENT,
       install TEXT NOT NULL REFERENCES installs (id),
       kind TEXT NOT NULL,
       state TEXT NOT NULL,
       at INTEGER NOT NULL,
       message TEXT NOT NULL
     ) STRICT`,
    "CREATE INDEX transitions_of_install ON transitions (install, seq)",
    `CREATE TABLE results (
       seq INTEGER PRIMARY KEY AUTOINCREMENT,
       status TEXT NOT NULL,
       made_at INTEGER NOT NULL
     ) STRICT`,
  ],
  [
    "CREATE TABLE rollback_floors (app TEXT PRIMARY KEY, floor INTEGER NOT NULL) STRICT",
    "CREATE TABLE known_time (id INTEGER PRIMARY KEY CHECK (id = 1), at INTEGER NOT NULL) STRICT",
  ],
  [
    "ALTER TABLE installs ADD COLUMN verb TEXT NOT NULL DEFAULT 'install'",
    "ALTER TABLE installs ADD COLUMN app TEXT",
    "ALTER TABLE installs ADD COLUMN argument TEXT",
    "CREATE INDEX installs_of_app ON installs (app)",
  ],
  [
    `CREATE TABLE sent_reports (
       alias TEXT PRIMARY KEY,
       value TEXT NOT NULL,
       at INTEGER NOT NULL,
       epoch TEXT NOT NULL
     ) STRICT`,
    "CREATE TABLE last_boot (id INTEGER PRIMARY KEY CHECK (id = 1), boot TEXT NOT NULL) STRICT",
  ],
];
