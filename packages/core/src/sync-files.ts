import type { Timestamp } from "./clock.ts";

/**
 * Small file work that must be done when the call returns: log lines, and records that have to precede a deed.
 * Paths are absolute; failures are StorageErrors that name the file.
 */
export interface SyncFiles {
  /** Opens a file for appending, making it with `mode` where it is missing. */
  openLog(path: string, options: OpenLogOptions): OpenLog;
  /** @returns undefined when there is no such file */
  readText(path: string): string | undefined;
  /** Up to `length` bytes from `offset` on; undefined when there is no such file. */
  readRange(path: string, offset: number, length: number): Uint8Array | undefined;
  /** Bytes in a file; undefined when there is no such file, or it is not an ordinary one. */
  size(path: string): number | undefined;
  /** What tells a file from a later one at the same path, while both exist; undefined when there is no such file. */
  identity(path: string): number | undefined;
  /** Replaces a file so that a killed process leaves the old or the new content. Not made safe against a power cut. */
  replace(path: string, text: string, mode: number): void;
  /** The same, made safe against a power cut. */
  replaceDurably(path: string, text: string, mode: number): void;
  /** That there is nothing to rename is no error. */
  rename(from: string, to: string): void;
  /** That it is missing is no error. */
  remove(path: string): void;
  makeFolder(path: string, mode: number): void;
  /** With all that is in it. That it is missing is no error. */
  removeFolder(path: string): void;
  /** Names in a folder, sorted; empty when there is no such folder. */
  list(path: string): readonly string[];
}

export interface OpenLogOptions {
  readonly mode: number;
  /** Empties the file first. */
  readonly truncate?: boolean;
}

export interface OpenLog {
  /** Bytes in the file when it was opened; undefined for a device or a pipe, which has none. */
  readonly initialSize: number | undefined;
  /** When it was last written before it was opened. */
  readonly changedAt: Timestamp;
  write(chunk: Uint8Array): void;
  close(): void;
}
