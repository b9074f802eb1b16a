/** Which sinks an output has, by its configuration. */
import type { SyncFiles } from "@gateway-engine/core/sync-files";
import type { ProcessConfig } from "../config/model.ts";
import type { Channel } from "./auto-log.ts";
import type { DaemonLog } from "./daemon-log.ts";
import { LogFileSink } from "./log-file-sink.ts";
import type { OutputSink } from "./output-sink.ts";
import { RotatingLog } from "./rotating-log.ts";

export interface SinkOptions {
  readonly config: ProcessConfig;
  readonly channel: Channel;
  /** Absolute path; undefined: no log file. */
  readonly logfile: string | undefined;
}

export interface SinkDeps {
  readonly files: SyncFiles;
  readonly log: DaemonLog;
}

export function makeSinks({ config, channel, logfile }: SinkOptions, { files, log }: SinkDeps): readonly OutputSink[] {
  if (logfile === undefined) return [];
  const file = new RotatingLog(logfile, config[channel], files);
  return [new LogFileSink(`'${config.name}' ${channel}`, file, log)];
}
