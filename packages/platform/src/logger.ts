import { isLogged, type Logger, type LogLevel } from "@gateway-engine/core/logger";

export interface LineLoggerOptions {
  /** Read at each message, so that a changed level takes effect at once. */
  readonly level: () => LogLevel;
  readonly now: () => number;
  readonly write: (line: string) => void;
}

/**
 * A logger in the original's line format: `2016-04-08 14:05:56,713-DEBUG-engine:install ::> message`, local time.
 * A message of several lines keeps them.
 */
export function createLineLogger(name: string, options: LineLoggerOptions): Logger {
  const log = (level: LogLevel) => (message: string) => {
    if (!isLogged(level, options.level())) return;
    options.write(`${formatLogTime(options.now())}-${level}-${name} ::> ${message}\n`);
  };
  return {
    debug: log("DEBUG"),
    info: log("INFO"),
    warn: log("WARNING"),
    error: log("ERROR"),
    named: (child) => createLineLogger(`${name}:${child}`, options),
  };
}

/** Local time as Python's logging prints it: `2016-04-08 14:05:56,713`. */
export function formatLogTime(timestamp: number): string {
  const time = new Date(timestamp);
  const two = (value: number) => String(value).padStart(2, "0");
  const day = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
  const clock = `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`;
  return `${day} ${clock},${String(time.getMilliseconds()).padStart(3, "0")}`;
}
