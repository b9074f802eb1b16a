/** The daemon's own diary, line by line in supervisord's form: `2026-11-22 21:50:03,626 WARN stopped: cat (terminated by SIGTERM)`. */
import type { Clock } from "@gateway-engine/core/clock";
import type { SystemLog } from "@gateway-engine/core/system-log";
import { formatLogTime } from "@gateway-engine/platform/logger";
import type { LogLevelName } from "../config/model.ts";
import { type DaemonLog, isWorthWriting, type LogLevelTag } from "./daemon-log.ts";

export interface MainLogOptions {
  readonly level: LogLevelName;
  readonly format: "raw" | "json";
  readonly clock: Pick<Clock, "now">;
  readonly target: MainLogFile;
  /** Where each line goes as well, in the foreground. */
  readonly echo: ((line: string) => void) | undefined;
}

/** Where the diary is kept; a RotatingLog is one. */
export interface MainLogFile {
  /** undefined: it cannot be read back. */
  readonly path: string | undefined;
  write(lines: Uint8Array): void;
  reopen(): void;
  clear(): void;
  close(): void;
}

export class MainLog implements DaemonLog {
  readonly #options: MainLogOptions;
  #failing = false;

  constructor(options: MainLogOptions) {
    this.#options = options;
  }

  write(level: LogLevelTag, message: string): void {
    if (!this.isWritten(level)) return;
    const text = this.#format(level, message);
    this.#options.echo?.(text);
    this.#toTarget((target) => target.write(Buffer.from(text)));
  }

  isWritten(level: LogLevelTag): boolean {
    return isWorthWriting(level, this.#options.level);
  }

  get path(): string | undefined {
    return this.#options.target.path;
  }

  reopen(): void {
    this.#toTarget((target) => target.reopen());
  }

  clear(): void {
    this.#options.target.clear();
  }

  close(): void {
    this.#options.target.close();
  }

  #format(level: LogLevelTag, message: string): string {
    const { format, clock } = this.#options;
    const now = clock.now();
    if (format === "json") return `${JSON.stringify({ time: new Date(now).toISOString(), level, message })}\n`;
    return `${formatLogTime(now)} ${level} ${message}\n`;
  }

  /** A full disk must not stop the programs; that it was full is said as soon as it is not. */
  #toTarget(work: (target: MainLogFile) => void): void {
    const { target, echo } = this.#options;
    try {
      work(target);
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

/** The diary kept by syslog. */
export function syslogMainLog(systemLog: SystemLog): MainLogFile {
  return {
    path: undefined,
    write: (lines) => systemLog.write(lines),
    reopen: () => {},
    clear: () => {},
    close: () => {},
  };
}
