/** When a log is put aside, and what becomes of it, by its own options and those that the original does not have. */
import type { Clock } from "@gateway-engine/core/clock";
import type { LogRotate } from "../config/extras.ts";
import { DayChange } from "./day-change.ts";
import type { LogCompressor } from "./log-compressor.ts";
import type { RotationOptions } from "./rotating-log.ts";

export interface LogLimits {
  readonly maxBytes: number;
  readonly backups: number;
}

export interface LogExtras {
  readonly logCompress: boolean;
  readonly logRotate: LogRotate;
}

export interface RotationDeps {
  readonly clock: Pick<Clock, "now">;
  readonly logCompressor: Pick<LogCompressor, "compressBackups">;
}

export function rotationOptions(limits: LogLimits, extras: LogExtras, deps: RotationDeps): RotationOptions {
  const { maxBytes, backups } = limits;
  return {
    maxBytes,
    backups,
    days: extras.logRotate === "daily" ? new DayChange(deps.clock.now) : undefined,
    compressor: extras.logCompress ? deps.logCompressor : undefined,
  };
}
