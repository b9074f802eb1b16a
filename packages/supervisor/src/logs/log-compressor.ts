/**
 * `log_compress`: makes `x.log.1.gz` of `x.log.1`, one file of the whole daemon at a time.
 *
 * A copy is written beside, and takes its name when it is whole; then the plain file goes. The log may be put aside
 * again meanwhile: the copy goes beside wherever its original is then. What a killed daemon, or a full disk, has left
 * plain is compressed when the log is put aside the next time.
 */
import { describeError } from "@gateway-engine/core/errors";
import type { FileCompressor } from "@gateway-engine/core/file-compressor";
import type { SyncFiles } from "@gateway-engine/core/sync-files";
import { compressedName, type LogSeries, plainBackups } from "./rotation-plan.ts";

export interface LogCompressorDeps {
  readonly files: Pick<SyncFiles, "identity" | "rename" | "remove">;
  readonly compressor: FileCompressor;
  /** A file stays as it is, and why. */
  readonly warn: (problem: string) => void;
}

export class LogCompressor {
  readonly #deps: LogCompressorDeps;
  readonly #stopping = new AbortController();
  /** By path: logs that were put aside and not yet looked at. */
  readonly #waiting = new Map<string, LogSeries>();
  /** Paths of logs whose trouble was told: telling fills the daemon's own log, which may be one of them. */
  readonly #troubled = new Set<string>();
  #working: Promise<void> | undefined;

  constructor(deps: LogCompressorDeps) {
    this.#deps = deps;
  }

  /** To be called when a log was put aside. */
  compressBackups(series: LogSeries): void {
    if (this.#stopping.signal.aborted) return;
    this.#waiting.set(series.path, series);
    this.#working ??= this.#work().finally(() => {
      this.#working = undefined;
    });
  }

  /** What is begun is given up: the plain file is still there. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#waiting.clear();
    await this.#working;
  }

  async #work(): Promise<void> {
    for (const [path, series] of this.#waiting) {
      this.#waiting.delete(path);
      try {
        await this.#compressAll(series);
        this.#troubled.delete(path);
      } catch (error) {
        this.#tell(path, error);
      }
    }
  }

  #tell(path: string, error: unknown): void {
    if (this.#stopping.signal.aborted || this.#troubled.has(path)) return;
    this.#troubled.add(path);
    this.#deps.warn(`'${path}' is not compressed: ${describeError(error)}`);
  }

  /** Looks again after each file: numbers may have changed meanwhile. */
  async #compressAll(series: LogSeries): Promise<void> {
    const to = `${series.path}.gz.tmp`;
    const { signal } = this.#stopping;
    for (;;) {
      const from = plainBackups(series).find((backup) => this.#isToBeCompressed(backup));
      if (from === undefined || signal.aborted) return;
      await this.#deps.compressor.compress({ from, to, signal }, (identity) => this.#replace(series, identity, to));
    }
  }

  /** A backup that has a compressed one beside it was replaced by it, or belongs to somebody else: it is left alone. */
  #isToBeCompressed(backup: string): boolean {
    const { files } = this.#deps;
    return files.identity(backup) !== undefined && files.identity(compressedName(backup)) === undefined;
  }

  #replace(series: LogSeries, identity: number, copy: string): void {
    const { files } = this.#deps;
    const original = plainBackups(series).find((backup) => files.identity(backup) === identity);
    if (original !== undefined) files.rename(copy, compressedName(original));
    files.remove(original ?? copy);
  }
}
