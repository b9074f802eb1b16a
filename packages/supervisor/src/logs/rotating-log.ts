/**
 * A log file that is put aside when it is full: `x.log` becomes `x.log.1`, `x.log.1` becomes `x.log.2`, and so on.
 *
 * Whether it is full is asked after each chunk, so no chunk is torn apart and a full file may exceed the limit by one.
 */
import type { OpenLog, SyncFiles } from "@gateway-engine/core/sync-files";

export interface RotationOptions {
  /** Bytes; 0: never. */
  readonly maxBytes: number;
  /** Old files to keep; 0: a full log is emptied. */
  readonly backups: number;
}

export class RotatingLog {
  readonly path: string;
  readonly #options: RotationOptions;
  readonly #files: SyncFiles;
  #open: OpenLog | undefined;
  /** undefined: a device or a pipe, which is never put aside. */
  #size: number | undefined;

  constructor(path: string, options: RotationOptions, files: SyncFiles) {
    this.path = path;
    this.#options = options;
    this.#files = files;
  }

  /** @throws StorageError when the file cannot be written */
  write(chunk: Uint8Array): void {
    this.#opened().write(chunk);
    if (this.#size === undefined) return;
    this.#size += chunk.length;
    const { maxBytes } = this.#options;
    if (maxBytes > 0 && this.#size >= maxBytes) this.#rotate();
  }

  /** Makes the file now, so that its folder and its rights are known to be good. */
  open(): void {
    this.#opened();
  }

  /** Begins again with the file that now has this name: somebody else may have put the old one aside. */
  reopen(): void {
    if (this.#open === undefined) return;
    this.close();
    this.#opened();
  }

  /** Begins again with an empty file; one that was never made is not made now, and a device is left alone. */
  clear(): void {
    const wasOpen = this.#open !== undefined;
    const size = wasOpen ? this.#size : this.#files.size(this.path);
    if (size === undefined) return;
    // A file that cannot be removed stays open, so that the next attempt fails too.
    this.#files.remove(this.path);
    this.close();
    this.#opened();
    if (!wasOpen) this.close();
  }

  close(): void {
    this.#open?.close();
    this.#open = undefined;
  }

  #rotate(): void {
    this.close();
    const { backups } = this.#options;
    // Renaming over a file makes ext4 write the new one to the disk first; removing the old one before does not.
    if (backups > 0) this.#files.remove(`${this.path}.${backups}`);
    for (let index = backups; index > 1; index -= 1) {
      this.#files.rename(`${this.path}.${index - 1}`, `${this.path}.${index}`);
    }
    if (backups > 0) this.#files.rename(this.path, `${this.path}.1`);
    this.#open = this.#files.openLog(this.path, { mode: 0o666, truncate: true });
    this.#size = 0;
  }

  #opened(): OpenLog {
    if (this.#open === undefined) {
      this.#open = this.#files.openLog(this.path, { mode: 0o666 });
      this.#size = this.#open.initialSize;
    }
    return this.#open;
  }
}
