import type { Migration } from "@gateway-engine/core/sql";
import type { SqliteOptions } from "@gateway-engine/platform/sqlite";

/** An update of gmq may be taken back: the queue stays as the newer release has left it. */
export const SPOOL_OPTIONS: SqliteOptions = { toleratesNewer: true };

/** The upstream that every queue has: the server of the gateway. */
export const MAIN_UPSTREAM = "main";

/**
 * The queue's tables. A release only adds to them, so that the release before can still read the file.
 *
 * - `spool` names this file, so that a server can tell its sequence numbers from those of another. `reported` losses are
 *   those of the last `queue_report`.
 * - `device` has who sends, and its CIK. A device that gave only a CIK has an empty vendor and model, and the CIK as its serial.
 * - `lane` has the counters of a device's messages of one priority, so that nothing has to be counted in a long queue.
 *   `accepted` and `removed` are messages; what is queued is their difference.
 * - `upstream` has the servers that messages go to; `discarded` counts its messages that were set aside and then removed,
 *   since there was no room for more of them. `cursor` has how far each has come in each lane: `next_seq` is the
 *   first message that it may not have, `skipped` how many were accepted before it was there. A missing row is a beginning.
 *   `moved` are the points that it has at other times than their own, as JSON (MovedPoint[]); null: none.
 * - `upstream_cik` has the devices' CIKs at the upstreams beside the main one.
 * - `message` is what was accepted and what not every upstream has acknowledged. It takes one number for each of its
 *   points; `seq` is the first of them. `expires_at` is in the queue's own time. `era` 0: `at` is from a clock that was set.
 * - `set_aside` is what an upstream refuses, with its reason.
 * - `era` is a time in which the clock was not set. `clock_offset` is what the clock showed when its boot began; `known_at`
 *   the last time that was known before; `first_at` and `last_at` are times of its clock; `correction` (null: not known yet)
 *   makes them right, and is `estimated` when the boot was over before the time was known, or nobody tells the time.
 * - `queue_time` is the queue's own time, which no setting of the clock moves, as it was at a moment of a boot.
 * - `thinning` is how far the policy thin_out has come: the lane, its next message, and the end of its older half.
 *
 * Times are microseconds, since 1970 or the beginning of a boot.
 */
export const SPOOL_MIGRATIONS: readonly Migration[] = [
  [
    "CREATE TABLE spool (id TEXT NOT NULL, reported INTEGER NOT NULL DEFAULT 0)",
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
    "CREATE TABLE upstream (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, discarded INTEGER NOT NULL DEFAULT 0)",
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
      era INTEGER NOT NULL,
      body BLOB NOT NULL,
      reason TEXT NOT NULL,
      set_aside_at INTEGER NOT NULL
    )`,
    `CREATE TABLE era (
      id INTEGER PRIMARY KEY,
      boot TEXT NOT NULL,
      clock_offset INTEGER NOT NULL,
      known_at INTEGER,
      first_at INTEGER NOT NULL,
      last_at INTEGER NOT NULL,
      messages INTEGER NOT NULL DEFAULT 0,
      correction INTEGER,
      estimated INTEGER NOT NULL DEFAULT 0
    )`,
    `CREATE TABLE queue_time (
      at INTEGER NOT NULL,
      boot TEXT NOT NULL,
      since_boot INTEGER NOT NULL,
      wall INTEGER NOT NULL
    )`,
    `CREATE TABLE thinning (
      lane INTEGER NOT NULL,
      next_seq INTEGER NOT NULL,
      until_seq INTEGER NOT NULL,
      keep_first INTEGER NOT NULL
    )`,
  ],
];
