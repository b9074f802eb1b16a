import type { Migration } from "@gateway-engine/core/sql";

/**
 * The queue's tables. A release only adds to them, so that the release before can still read the file.
 *
 * - `spool` names this file, so that a server can tell its sequence numbers from those of another.
 * - `device` has who sends, its CIK, and its counters, so that nothing has to be counted in a long queue.
 *   A device that gave only a CIK has an empty vendor and model, and the CIK as its serial.
 * - `message` is what was accepted and is not yet acknowledged, in the order of each device's numbers.
 *   A message takes one number for each of its points; `seq` is the first of them.
 * - `set_aside` is what the server refuses, with its reason.
 */
export const SPOOL_MIGRATIONS: readonly Migration[] = [
  [
    "CREATE TABLE spool (id TEXT NOT NULL)",
    "INSERT INTO spool (id) VALUES (lower(hex(randomblob(8))))",
    `CREATE TABLE device (
      id INTEGER PRIMARY KEY,
      vendor TEXT NOT NULL,
      model TEXT NOT NULL,
      serial TEXT NOT NULL,
      cik TEXT NOT NULL DEFAULT '',
      cik_refused INTEGER NOT NULL DEFAULT 0,
      next_seq INTEGER NOT NULL DEFAULT 1,
      last_at INTEGER NOT NULL DEFAULT 0,
      accepted INTEGER NOT NULL DEFAULT 0,
      forwarded INTEGER NOT NULL DEFAULT 0,
      set_aside INTEGER NOT NULL DEFAULT 0,
      UNIQUE (vendor, model, serial)
    )`,
    `CREATE TABLE message (
      device INTEGER NOT NULL,
      seq INTEGER NOT NULL,
      points INTEGER NOT NULL,
      kind TEXT NOT NULL,
      alias TEXT NOT NULL,
      at INTEGER NOT NULL,
      body BLOB NOT NULL,
      PRIMARY KEY (device, seq)
    ) WITHOUT ROWID`,
    `CREATE TABLE set_aside (
      id INTEGER PRIMARY KEY,
      device INTEGER NOT NULL,
      seq INTEGER NOT NULL,
      points INTEGER NOT NULL,
      kind TEXT NOT NULL,
      alias TEXT NOT NULL,
      at INTEGER NOT NULL,
      body BLOB NOT NULL,
      reason TEXT NOT NULL,
      set_aside_at INTEGER NOT NULL
    )`,
  ],
];
