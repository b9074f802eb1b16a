/** The disk below a SQLite database, for a store that has to know how much room there is. Everything is done when a call returns. */
import { randomFillSync } from "node:crypto";
import { closeSync, fsyncSync, openSync, rmSync, statfsSync, statSync, writeSync } from "node:fs";
import { dirname } from "node:path";

const PIECE_BYTES = 262_144;

export class DatabaseDisk {
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  /** Bytes that an ordinary user may still write. */
  freeBytes(): number {
    const { bavail, bsize } = statfsSync(dirname(this.#file));
    return bavail * bsize;
  }

  /** Of the write-ahead log. */
  logBytes(): number {
    return sizeOf(`${this.#file}-wal`);
  }

  /** The size of the file that `keepReserve` has made. */
  reserveBytes(): number {
    return sizeOf(this.#reserve);
  }

  /**
   * Takes room away from everybody, until `releaseReserve`: a file of random bytes, since some file systems need no room for others.
   *
   * @returns false when there is not enough, or the disk cannot be written
   */
  keepReserve(bytes: number): boolean {
    try {
      this.#writeReserve(bytes);
      return true;
    } catch {
      return false;
    }
  }

  /** @returns whether there was one */
  releaseReserve(): boolean {
    const had = this.reserveBytes() > 0;
    rmSync(this.#reserve, { force: true });
    return had;
  }

  #writeReserve(bytes: number): void {
    const piece = randomFillSync(new Uint8Array(Math.min(bytes, PIECE_BYTES)));
    const descriptor = openSync(this.#reserve, "w", 0o600);
    try {
      for (let written = 0; written < bytes; )
        written += writeSync(descriptor, piece, 0, Math.min(piece.length, bytes - written));
      fsyncSync(descriptor);
    } catch (error) {
      this.releaseReserve();
      throw error;
    } finally {
      closeSync(descriptor);
    }
  }

  get #reserve(): string {
    return `${this.#file}-reserve`;
  }
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
