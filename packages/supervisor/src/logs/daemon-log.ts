/** What the parts of the daemon say, and how serious it is. */
import { LOG_LEVEL_NAMES, type LogLevelName } from "../config/model.ts";

export interface DaemonLog {
  write(level: LogLevelTag, message: string): void;
  isWritten(level: LogLevelTag): boolean;
}

export type LogLevelTag = "CRIT" | "ERRO" | "WARN" | "INFO" | "DEBG" | "TRAC" | "BLAT";

/** Whether a message of this level is written when `least` is the level that is asked for. */
export function isWorthWriting(level: LogLevelTag, least: LogLevelName): boolean {
  return LOG_LEVEL_NAMES.indexOf(LEVELS[level]) >= LOG_LEVEL_NAMES.indexOf(least);
}

const LEVELS: Readonly<Record<LogLevelTag, LogLevelName>> = {
  CRIT: "critical",
  ERRO: "error",
  WARN: "warn",
  INFO: "info",
  DEBG: "debug",
  TRAC: "trace",
  BLAT: "blather",
};
