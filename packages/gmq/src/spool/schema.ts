import type { Migration } from "@gateway-engine/core/sql";

/** The upstream that every queue has: the server of the gateway. */
export const MAIN_UPSTREAM = "main";

/**
 * The queue's tables. A release only adds to them, so that the release before can still read the file.
 *
 * - `spool` names this file, so that a server can tell its sequence numbers from those of another.
 * - `device` has who sends, and its CIK. A device that gave only a CIK has an empty vendor and model, and the CIK as its serial.
 * - `lane` has the counters of a device's messages of one priority, so that nothing has to be counted in a long queue.
 *   `accepted` and `removed` are messages; what is queued is their difference.
 * - `upstream` has the servers that messages go to, and `cursor` how far each has come in each lane: `next_seq` is the
 *   first message that it does not have, `skipped` how many were accepted before it was there. A missing row is a beginning.
 *   `moved` are the points that it has at other times than their own, as JSON (MovedPoint[]); null: none.
 * - `upstream_cik` has the devices' CIKs at the upstreams beside the main one.
 * - `message` is what was accepted and what not every upstream has acknowledged. It takes one number for each of its
 *   points; `seq` is the first of them. `era` 0: `at` is from a clock that was set.
 * - `set_aside` is what an upstream refuses, with its reason.
 * - `era` is a time in which the clock was not set: `correction` (microseconds, null: not known yet) makes its times right.
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
      UNIQUE (vendor, model, serial)
    )`,
    `CREATE TABLE lane (
      id INTEGER PRIMARY KEY,
      next_seq INTEGER NOT NULL,
      last_at INTEGER NOT NULL,
      accepted INTEGER NOT NULL,
      removed INTEGER NOT NULL DEFAULT 0
    )`,
    "CREATE TABLE upstream (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)",
    `INSERT INTO upstream (id, name) VALUES (1, '${MAIN_UPSTREAM}')`,
    `CREATE TABLE cursor (
      upstream INTEGER NOT NULL,
      lane INTEGER NOT NULL,
      next_seq INTEGER NOT NULL,
      skipped INTEGER NOT NULL DEFAULT 0,
      forwarded INTEGER NOT NULL DEFAULT 0,
      set_aside INTEGER NOT NULL DEFAULT 0,
      dropped INTEGER NOT NULL DEFAULT 0,
      expired INTEGER NOT NULL DEFAULT 0,
      moved TEXT,
      PRIMARY KEY (upstream, lane)
    ) WITHOUT ROWID`,
    `CREATE TABLE upstream_cik (
      upstream INTEGER NOT NULL,
      device INTEGER NOT NULL,
      cik TEXT NOT NULL,
      refused INTEGER NOT NULL DEFAULT 0,
      PRIMARY KEY (upstream, device)
    ) WITHOUT ROWID`,
    `CREATE TABLE message (
      lane INTEGER NOT NULL,
      seq INTEGER NOT NULL,
      points INTEGER NOT NULL,
      kind TEXT NOT NULL,
      alias TEXT NOT NULL,
      at INTEGER NOT NULL,
      expires_at INTEGER,
      era INTEGER NOT NULL DEFAULT 0,
      body BLOB NOT NULL,
      PRIMARY KEY (lane, seq)
    ) WITHOUT ROWID`,
    "CREATE INDEX message_expiry ON message (expires_at) WHERE expires_at IS NOT NULL",
    `CREATE TABLE set_aside (
      id INTEGER PRIMARY KEY,
      upstream INTEGER NOT NULL,
      lane INTEGER NOT NULL,
      seq INTEGER NOT NULL,
      points INTEGER NOT NULL,
      kind TEXT NOT NULL,
      alias TEXT NOT NULL,
      at INTEGER NOT NULL,
      body BLOB NOT NULL,
      reason TEXT NOT NULL,
      set_aside_at INTEGER NOT NULL
    )`,
    "CREATE TABLE era (id INTEGER PRIMARY KEY, boot TEXT NOT NULL, correction INTEGER)",
  ],
];
