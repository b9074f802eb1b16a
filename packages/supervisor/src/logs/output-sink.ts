/** Where the output of a process goes: its log file, syslog, whoever listens. */
export interface OutputSink {
  /**
   * Gets ready for a run.
   *
   * @throws StorageError when the run should not begin without it
   */
  open(): void;
  /** Takes the bytes, which are valid only during the call. Never throws: the process goes on whatever becomes of its output. */
  write(chunk: Uint8Array): void;
  /** The process has ended: what was held back is written now. */
  flush(): void;
  /** Something else may have put the file aside. */
  reopen(): void;
  /** @throws StorageError */
  clear(): void;
  /** Lets go of it until the next `open`. */
  close(): void;
}

/** A destination that takes bytes and has nothing to open, to hold back, or to let go of. */
export function plainSink(write: OutputSink["write"]): OutputSink {
  return { write, open() {}, flush() {}, reopen() {}, clear() {}, close() {} };
}
