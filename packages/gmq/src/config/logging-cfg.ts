/**
 * logging.cfg: what gmq writes into its log, in the style of Python's logging: a section `logger_<name>` with a `level`.
 *
 * @see docs/reference/gmq.md#configuration
 */
import { formatIni, type IniProblem, parseIni } from "@gateway-engine/core/ini";
import { LOG_LEVELS, type LogLevel } from "@gateway-engine/core/logger";
import { fail, ok, type Result } from "@gateway-engine/core/result";

export interface LoggingCfg {
  readonly root: LogLevel;
  /** Of the queue on disk. */
  readonly db: LogLevel;
}

export const FRESH_LOGGING_CFG: string = formatIni({ logger_root: { level: "INFO" }, logger_db: { level: "INFO" } });

export const DEFAULT_LOGGING: LoggingCfg = { root: "INFO", db: "INFO" };

export function parseLoggingCfg(text: string): Result<LoggingCfg, IniProblem> {
  const document = parseIni(text);
  if (!document.ok) return document;
  const levels: { root: LogLevel; db: LogLevel | undefined } = { root: "INFO", db: undefined };
  for (const name of ["root", "db"] as const) {
    const entry = document.value.get(`logger_${name}`)?.entries.get("level");
    if (entry === undefined) continue;
    const level = readLevel(entry.value);
    if (level === undefined) {
      const problem = `level is "${entry.value}", but must be one of ${LOG_LEVELS.join(", ")}`;
      return fail({ line: entry.line, problem });
    }
    levels[name] = level;
  }
  return ok({ root: levels.root, db: levels.db ?? levels.root });
}

/** Python also knows WARN and FATAL, and NOTSET for everything. */
function readLevel(text: string): LogLevel | undefined {
  const upper = text.toUpperCase();
  return ALIASES.get(upper) ?? LOG_LEVELS.find((level) => level === upper);
}

const ALIASES: ReadonlyMap<string, LogLevel> = new Map([
  ["WARN", "WARNING"],
  ["FATAL", "CRITICAL"],
  ["NOTSET", "DEBUG"],
]);
