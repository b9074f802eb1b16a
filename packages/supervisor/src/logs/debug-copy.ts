import type { Channel } from "./auto-log.ts";
import type { DaemonLog } from "./daemon-log.ts";
import { type OutputSink, plainSink } from "./output-sink.ts";

/** With `loglevel = debug`, the daemon's own log has a copy of what processes write. */
export function debugCopy(process: string, channel: Channel, log: DaemonLog): OutputSink {
  return plainSink((chunk) => {
    if (!log.isWritten("DEBG")) return;
    log.write("DEBG", `'${process}' ${channel} output:\n${Buffer.from(chunk).toString("utf8")}`);
  });
}
