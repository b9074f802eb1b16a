import { StorageError } from "./errors.ts";
import type { Files } from "./files.ts";

/** Keeps a reserve of the disk free while files are written. The disk is asked from time to time: others write there, too. */
export class DiskRoom {
  readonly #files: Pick<Files, "freeBytes">;
  readonly #path: string;
  readonly #reserveBytes: number;
  /** What may be written before the disk is asked again. */
  #known = 0;

  /** @param path on the disk, and there already when room is first taken */
  constructor(files: Pick<Files, "freeBytes">, path: string, reserveBytes: number) {
    this.#files = files;
    this.#path = path;
    this.#reserveBytes = reserveBytes;
  }

  /**
   * Called before so many bytes are written.
   *
   * @throws StorageError E_DISK_FULL when they would touch the reserve
   */
  async take(bytes: number): Promise<void> {
    if (bytes > this.#known) this.#known = Math.min(await this.check(bytes), Math.max(bytes, ASK_EVERY_BYTES));
    this.#known -= bytes;
  }

  /** Asks the disk whether so many bytes may be written. @returns how many may @throws as `take` */
  async check(bytes: number): Promise<number> {
    const usable = (await this.#files.freeBytes(this.#path)) - this.#reserveBytes;
    if (bytes <= usable) return usable;
    const free = Math.max(0, usable);
    const reason = `${bytes} bytes are needed, and ${free} are free beside a reserve of ${this.#reserveBytes}`;
    throw new StorageError("E_DISK_FULL", { what: this.#path, reason });
  }
}

const ASK_EVERY_BYTES = 8 * 1_048_576;
