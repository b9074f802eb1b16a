/** How much the queue may still take in. */
import { StorageError } from "@gateway-engine/core/errors";
import type { SqlDatabase } from "@gateway-engine/core/sql";
import type { StoredMessage } from "../message.ts";
import { type Budget, type Limits, shareOut } from "./budget.ts";

/** The disk that the database is on. */
export interface QueueDisk {
  freeBytes(): number;
  /** Of the write-ahead log. */
  logBytes(): number;
  reserveBytes(): number;
  keepReserve(bytes: number): boolean;
  releaseReserve(): boolean;
}

/** In bytes; the smaller one counts. */
export interface Space {
  /** Until `max_bytes`. */
  readonly budget: number;
  /** Until `min_free_disk`. What is free within the file counts. */
  readonly disk: number;
}

/** After so many bytes it is measured again how much room there is. */
const STRIDE_BYTES = 262_144;

export class Room {
  readonly #database: SqlDatabase;
  readonly #disk: QueueDisk;
  readonly #pageBytes: number;
  #limits: Limits;
  #budget: Budget;
  /** Of what was measured last, at most a stride. */
  #left = 0;

  constructor(database: SqlDatabase, disk: QueueDisk, limits: Limits) {
    this.#database = database;
    this.#disk = disk;
    this.#pageBytes = this.#number("page_size");
    this.#limits = limits;
    this.#budget = shareOut(limits.maxBytes);
    this.#apply();
  }

  get limits(): Limits {
    return this.#limits;
  }

  get budget(): Budget {
    return this.#budget;
  }

  set limits(limits: Limits) {
    this.#limits = limits;
    this.#budget = shareOut(limits.maxBytes);
    this.#apply();
  }

  /** Takes `bytes` of what is left. @returns false when there is less */
  claim(bytes: number): boolean {
    if (this.#left < bytes) {
      const { budget, disk } = this.measure();
      const space = Math.min(budget, disk);
      if (space < bytes) return false;
      this.#left = Math.max(bytes, Math.min(space, STRIDE_BYTES));
    }
    this.#left -= bytes;
    return true;
  }

  measure(): Space {
    const free = this.#number("freelist_count") * this.#pageBytes;
    const used = this.#number("page_count") * this.#pageBytes - free;
    const { intake, log } = this.#budget;
    const logBytes = this.#disk.logBytes();
    const beyondMinimum = this.#disk.freeBytes() - this.#limits.minFreeDisk;
    return {
      budget: intake - used - Math.max(0, logBytes - log),
      disk: this.stuck() ? 0 : free + Math.max(0, beyondMinimum),
    };
  }

  /** Whether the disk is so full that the log of changes cannot grow: room within the file is of no use then. */
  stuck(): boolean {
    return this.#disk.freeBytes() < Math.min(this.#limits.minFreeDisk, this.#budget.log - this.#disk.logBytes());
  }

  /** Bytes in pages that hold nothing. */
  unused(): number {
    return this.#number("freelist_count") * this.#pageBytes;
  }

  used(): number {
    return this.#number("page_count") * this.#pageBytes - this.unused();
  }

  /** Whether something of this size can be stored that is not taken in, such as a message that is moved. */
  holds(bytes: number): boolean {
    return this.#budget.database - this.used() >= bytes;
  }

  /** Gives up to `bytes` of unused pages back to the disk. @returns how many */
  giveBack(bytes: number): number {
    const before = this.#number("page_count");
    this.#database.all(`PRAGMA incremental_vacuum(${Math.ceil(bytes / this.#pageBytes)})`);
    return (before - this.#number("page_count")) * this.#pageBytes;
  }

  full(): StorageError {
    const { budget, disk } = this.measure();
    const { maxBytes, minFreeDisk } = this.#limits;
    const reason =
      budget <= disk
        ? `it has reached max_bytes (${megabytes(maxBytes)}); send again later, or raise max_bytes in section [db] of gmq.cfg`
        : `the disk has less than min_free_disk (${megabytes(minFreeDisk)}) free; delete files that are not needed`;
    return new StorageError("E_DISK_FULL", { what: "the queue", reason });
  }

  #apply(): void {
    const { database, log, checkpoint } = this.#budget;
    this.#database.all(`PRAGMA max_page_count = ${Math.floor(database / this.#pageBytes)}`);
    this.#database.all(`PRAGMA journal_size_limit = ${log}`);
    this.#database.all(`PRAGMA wal_autocheckpoint = ${Math.floor(checkpoint / this.#pageBytes)}`);
    this.#left = 0;
  }

  #number(pragma: "page_count" | "freelist_count" | "page_size"): number {
    return Number(this.#database.get(`PRAGMA ${pragma}`)?.[pragma]);
  }
}

/**
 * The most that a message takes in the file: small ones lie in pages that may be half empty, of a large one the rest is in
 * pages of its own.
 */
export function storedBytes({ alias, body }: Pick<StoredMessage, "alias"> & { body: { length: number } }): number {
  const bytes = alias.length + body.length + ROW_BYTES;
  return bytes <= LOCAL_BYTES ? 2 * bytes : 2 * LOCAL_BYTES + Math.ceil(bytes / PAGE_PAYLOAD_BYTES) * PAGE_BYTES;
}

/** Of a row beside alias and body, with its entry in the index of expiry. */
const ROW_BYTES = 90;
/** A row over this size has pages of its own. */
const LOCAL_BYTES = 1002;
const PAGE_BYTES = 4096;
const PAGE_PAYLOAD_BYTES = 4088;

function megabytes(bytes: number): string {
  return `${Math.floor(bytes / 1024 ** 2)}MB`;
}
