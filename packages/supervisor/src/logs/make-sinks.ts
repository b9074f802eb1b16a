/** Which sinks an output has, by its configuration. */
import type { Clock } from "@gateway-engine/core/clock";
import type { SyncFiles } from "@gateway-engine/core/sync-files";
import type { SystemLog } from "@gateway-engine/core/system-log";
import type { ProcessConfig } from "../config/model.ts";
import type { EventPublisher } from "../events/event-bus.ts";
import { CaptureSink, logEvents } from "../events/output-event-sinks.ts";
import type { Channel } from "./auto-log.ts";
import type { DaemonLog } from "./daemon-log.ts";
import { debugCopy } from "./debug-copy.ts";
import { jsonLine, stampedLine, syslogLine } from "./line-format.ts";
import { LineSink } from "./line-sink.ts";
import type { LogCompressor } from "./log-compressor.ts";
import { LogFileSink } from "./log-file-sink.ts";
import { type OutputSink, plainSink } from "./output-sink.ts";
import { RotatingLog } from "./rotating-log.ts";
import { rotationOptions } from "./rotation-options.ts";

export interface SinkOptions {
  readonly config: ProcessConfig;
  readonly channel: Channel;
  /** Absolute path; undefined: no log file. */
  readonly logfile: string | undefined;
  /** Of the run that writes. */
  readonly pid: () => number;
  /** Whoever reads it as a conversation; it is not looked through for events then. */
  readonly conversation: OutputSink | undefined;
}

export interface SinkDeps {
  readonly files: SyncFiles;
  readonly log: DaemonLog;
  readonly clock: Clock;
  readonly systemLog: SystemLog;
  readonly logCompressor: Pick<LogCompressor, "compressBackups">;
  readonly events: EventPublisher;
}

export function makeSinks(options: SinkOptions, deps: SinkDeps): readonly OutputSink[] {
  const { config, channel, pid, conversation } = options;
  const logs = [...logSinks(options, deps), debugCopy(config.name, channel, deps.log)];
  if (conversation !== undefined) return [...logs, conversation];
  const { eventsEnabled, captureMaxBytes: maxBytes } = config[channel];
  const source = { process: config.name, group: config.group, channel, pid };
  const captured = eventsEnabled ? [logEvents(source, deps.events)] : [];
  const text = [...logs, ...captured];
  return maxBytes > 0 ? [new CaptureSink({ source, maxBytes, text, captured }, deps)] : text;
}

function logSinks(options: SinkOptions, deps: SinkDeps): readonly OutputSink[] {
  const { config, channel, logfile } = options;
  const sinks: OutputSink[] = [];
  if (logfile !== undefined) sinks.push(logFileSink(options, logfile, deps));
  if (config[channel].syslog) {
    const syslog = plainSink((lines) => deps.systemLog.write(lines));
    sinks.push(new LineSink(syslogLine({ config }), syslog));
  }
  return sinks;
}

/** As it is, output is not looked at: that is the quick way. */
function logFileSink({ config, channel, pid }: SinkOptions, path: string, deps: SinkDeps): OutputSink {
  const { files, log, clock } = deps;
  const file = new RotatingLog(path, rotationOptions(config[channel], config.extras, deps), files);
  const sink = new LogFileSink(`'${config.name}' ${channel}`, file, log);
  const origin = { config, channel, pid, now: clock.now };
  switch (config.extras.logFormat) {
    case "raw":
      return sink;
    case "stamped":
      return new LineSink(stampedLine(origin), sink);
    case "json":
      return new LineSink(jsonLine(origin), sink);
  }
}
