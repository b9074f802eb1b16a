/** The log that the machine keeps for all of its programs: syslog. */
export interface SystemLog {
  /**
   * Takes complete lines, each with its newline, and never waits. What cannot be passed on is dropped, and said to be.
   *
   * The bytes are valid only during the call.
   */
  write(lines: Uint8Array): void;
  /** Resolves when everything was passed on, or cannot be. */
  close(): Promise<void>;
}
