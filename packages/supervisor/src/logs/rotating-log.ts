/**
 * A log file that is put aside when it is full, and where that is asked for with the first output of each day.
 *
 * Whether it is full is asked after each chunk, so no chunk is torn apart and a full file may exceed the limit by one.
 */
import type { OpenLog, SyncFiles } from "@gateway-engine/core/sync-files";
import type { DayChange } from "./day-change.ts";
import { compressedName, type LogSeries, plainBackups, planRotation } from "./rotation-plan.ts";

export interface RotationOptions {
  /** Bytes; 0: never. */
  readonly maxBytes: number;
  /** Old files to keep; 0: a full log is emptied. */
  readonly backups: number;
  /** undefined: the day makes no difference. */
  readonly days?: DayChange | undefined;
  /** Compresses what was put aside; undefined: nobody does. */
  readonly compressor?: { compressBackups(series: LogSeries): void } | undefined;
}

export class RotatingLog {
  readonly path: string;
  readonly #options: RotationOptions;
  readonly #files: SyncFiles;
  #open: OpenLog | undefined;
  /** undefined: a device or a pipe, which is never put aside. */
  #size: number | undefined;
  #knownSeries: LogSeries | undefined;

  constructor(path: string, options: RotationOptions, files: SyncFiles) {
    this.path = path;
    this.#options = options;
    this.#files = files;
  }

  /** @throws StorageError when the file cannot be written */
  write(chunk: Uint8Array): void {
    const { maxBytes, days } = this.#options;
    let open = this.#opened();
    if (days?.hasPassed() === true) {
      if (this.#size !== undefined && this.#size > 0) open = this.#rotate();
      days.begin();
    }
    open.write(chunk);
    if (this.#size === undefined) return;
    this.#size += chunk.length;
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

  #rotate(): OpenLog {
    this.close();
    const series = this.#series();
    for (const step of planRotation(series)) {
      if (step.kind === "remove") this.#files.remove(step.path);
      else this.#files.rename(step.from, step.to);
    }
    this.#open = this.#files.openLog(this.path, { mode: 0o666, truncate: true });
    this.#size = 0;
    this.#options.compressor?.compressBackups(series);
    return this.#open;
  }

  /** Backups that were compressed before that was switched off have numbers all the same. */
  #series(): LogSeries {
    if (this.#knownSeries !== undefined) return this.#knownSeries;
    const { backups, compressor } = this.#options;
    const series = { path: this.path, backups, compressed: false };
    const wasCompressed = () =>
      plainBackups(series).some((backup) => this.#files.identity(compressedName(backup)) !== undefined);
    this.#knownSeries = { ...series, compressed: compressor !== undefined || wasCompressed() };
    return this.#knownSeries;
  }

  #opened(): OpenLog {
    if (this.#open === undefined) {
      this.#open = this.#files.openLog(this.path, { mode: 0o666 });
      this.#size = this.#open.initialSize;
      this.#options.days?.begin(this.#size === 0 ? undefined : this.#open.changedAt);
    }
    return this.#open;
  }
}
