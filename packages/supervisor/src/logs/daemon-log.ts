/** The daemon's own diary, line by line in supervisord's form: `2026-11-22 21:50:03,626 WARN stopped: cat (terminated by SIGTERM)`. */
import type { Clock } from "@gateway-engine/core/clock";
import { formatLogTime } from "@gateway-engine/platform/logger";
import { LOG_LEVEL_NAMES, type LogLevelName } from "../config/model.ts";
import type { RotatingLog } from "./rotating-log.ts";

/** What the parts of the daemon write to. */
export interface DaemonLog {
  write(level: LogLevelTag, message: string): void;
  isWritten(level: LogLevelTag): boolean;
}

export type LogLevelTag = "CRIT" | "ERRO" | "WARN" | "INFO" | "DEBG" | "TRAC" | "BLAT";

const LEVELS: Readonly<Record<LogLevelTag, LogLevelName>> = {
  CRIT: "critical",
  ERRO: "error",
  WARN: "warn",
  INFO: "info",
  DEBG: "debug",
  TRAC: "trace",
  BLAT: "blather",
};

export interface DaemonLogOptions {
  readonly level: LogLevelName;
  readonly clock: Clock;
  readonly file: RotatingLog;
  /** Where each line goes as well, in the foreground. */
  readonly echo: ((line: string) => void) | undefined;
}

export class FileDaemonLog implements DaemonLog {
  readonly #options: DaemonLogOptions;
  #failing = false;

  constructor(options: DaemonLogOptions) {
    this.#options = options;
  }

  write(level: LogLevelTag, message: string): void {
    if (!this.isWritten(level)) return;
    const line = `${formatLogTime(this.#options.clock.now())} ${level} ${message}\n`;
    this.#options.echo?.(line);
    this.#toFile((file) => file.write(Buffer.from(line)));
  }

  isWritten(level: LogLevelTag): boolean {
    return LOG_LEVEL_NAMES.indexOf(LEVELS[level]) >= LOG_LEVEL_NAMES.indexOf(this.#options.level);
  }

  get path(): string {
    return this.#options.file.path;
  }

  reopen(): void {
    this.#toFile((file) => file.reopen());
  }

  clear(): void {
    this.#options.file.clear();
  }

  close(): void {
    this.#options.file.close();
  }

  /** A full disk must not stop the programs; that it was full is said as soon as it is not. */
  #toFile(work: (file: RotatingLog) => void): void {
    const { file, echo } = this.#options;
    try {
      work(file);
      if (this.#failing) {
        this.#failing = false;
        this.write("WARN", "lines of this log are missing: it could not be written for a while");
      }
    } catch (error) {
      if (!this.#failing) echo?.(`${String(error)}\n`);
      this.#failing = true;
    }
  }
}
