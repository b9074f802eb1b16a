/**
 * How `max_bytes` is shared out. The parts together are the budget, so that the files never grow beyond it:
 *
 * - messages that are taken in
 * - room for what deleting needs, since an acknowledgement also writes
 * - the write-ahead log
 * - a file of nothing, given up when the disk is full, so that deleting works even then
 */

/** What happens to a message when there is no room for it. */
export const POLICIES = ["reject", "drop_oldest", "thin_out"] as const;

export type Policy = (typeof POLICIES)[number];

export interface Limits {
  /** All files of the queue together. */
  readonly maxBytes: number;
  /** What other programs shall find free on the disk. */
  readonly minFreeDisk: number;
  readonly whenFull: Policy;
}

/** In bytes. */
export interface Budget {
  /** Of the database, for messages. */
  readonly intake: number;
  /** Of the database, for all that is stored. */
  readonly database: number;
  readonly log: number;
  /** From which size on the log is moved into the database. */
  readonly checkpoint: number;
  readonly reserve: number;
  /** Of the database, for messages that an upstream refuses. */
  readonly setAside: number;
}

export const SMALLEST_BUDGET: number = 16 * 1024 ** 2;

export const DEFAULT_LIMITS: Limits = {
  maxBytes: 512 * 1024 ** 2,
  minFreeDisk: 32 * 1024 ** 2,
  whenFull: "reject",
};

export function shareOut(maxBytes: number): Budget {
  const log = between(maxBytes / 4, 4 * MB, 16 * MB);
  const reserve = between(maxBytes / 64, 0.5 * MB, 4 * MB);
  const database = maxBytes - log - reserve;
  return {
    intake: database - between(maxBytes / 64, 0.5 * MB, 4 * MB),
    database,
    log,
    checkpoint: log / 4,
    reserve,
    setAside: Math.floor(database / 8),
  };
}

const MB = 1024 ** 2;

function between(bytes: number, least: number, most: number): number {
  return Math.floor(Math.min(Math.max(bytes, least), most));
}
