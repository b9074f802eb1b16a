/** Which sinks an output has, by its configuration. */
import type { Clock } from "@gateway-engine/core/clock";
import type { SyncFiles } from "@gateway-engine/core/sync-files";
import type { SystemLog } from "@gateway-engine/core/system-log";
import type { ProcessConfig } from "../config/model.ts";
import type { Channel } from "./auto-log.ts";
import type { DaemonLog } from "./daemon-log.ts";
import { jsonLine, stampedLine, syslogLine } from "./line-format.ts";
import { LineSink } from "./line-sink.ts";
import { LogFileSink } from "./log-file-sink.ts";
import type { OutputSink } from "./output-sink.ts";
import { RotatingLog } from "./rotating-log.ts";
import { SyslogSink } from "./syslog-sink.ts";

export interface SinkOptions {
  readonly config: ProcessConfig;
  readonly channel: Channel;
  /** Absolute path; undefined: no log file. */
  readonly logfile: string | undefined;
}

export interface SinkDeps {
  readonly files: SyncFiles;
  readonly log: DaemonLog;
  readonly clock: Clock;
  readonly systemLog: SystemLog;
}

export function makeSinks(options: SinkOptions, deps: SinkDeps): readonly OutputSink[] {
  const { config, channel, logfile } = options;
  const sinks: OutputSink[] = [];
  if (logfile !== undefined) sinks.push(logFileSink(options, logfile, deps));
  if (config[channel].syslog) sinks.push(new LineSink(syslogLine({ config }), new SyslogSink(deps.systemLog)));
  return sinks;
}

/** As it is, output is not looked at: that is the quick way. */
function logFileSink({ config, channel }: SinkOptions, path: string, { files, log, clock }: SinkDeps): OutputSink {
  const file = new RotatingLog(path, config[channel], files);
  const sink = new LogFileSink(`'${config.name}' ${channel}`, file, log);
  const origin = { config, channel, now: clock.now };
  switch (config.extras.logFormat) {
    case "raw":
      return sink;
    case "stamped":
      return new LineSink(stampedLine(origin), sink);
    case "json":
      return new LineSink(jsonLine(origin), sink);
  }
}
