/**
 * Where a service writes its diary.
 *
 * debug is for us, info for what an operator wants to read back, warn for one operation that failed,
 * error for a subsystem that did. A healthy program logs no error. Secrets are masked before they get here.
 */
export interface Logger {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
  /** The same log under a longer name, `parent:name`. */
  named(name: string): Logger;
}

/** The levels of the original's `--set-debug-level`, least severe first. */
export const LOG_LEVELS = ["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Whether a message of level `message` is written when `threshold` is set. */
export function isLogged(message: LogLevel, threshold: LogLevel): boolean {
  return LOG_LEVELS.indexOf(message) >= LOG_LEVELS.indexOf(threshold);
}

export const silentLogger: Logger = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  named: () => silentLogger,
};
