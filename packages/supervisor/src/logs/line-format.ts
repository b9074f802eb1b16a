/** How a line of a program is written down, when not as it is. */
import type { ProcessConfig } from "../config/model.ts";
import type { Channel } from "./auto-log.ts";

/** A line without its newline, to what is written, with its newline. */
export type LineFormat = (line: Uint8Array) => Uint8Array;

export interface LineOrigin {
  readonly config: Pick<ProcessConfig, "program" | "group" | "name">;
  readonly channel: Channel;
  /** 0: it does not run. */
  readonly pid: () => number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** `2026-11-23T04:36:08.123Z web_00 the line`; the bytes of the line stay as they are. */
export function stampedLine({ config, now }: LineOrigin): LineFormat {
  return (line) => Buffer.concat([Buffer.from(`${isoTime(now())} ${config.name} `), line, NEWLINE]);
}

/** One JSON object; what is not UTF-8 becomes U+FFFD. */
export function jsonLine({ config, channel, pid, now }: LineOrigin): LineFormat {
  const { program, group, name: process } = config;
  return (line) => {
    const message = Buffer.from(line).toString("utf8");
    const entry = { time: isoTime(now()), program, group, process, pid: pid(), channel, message };
    return Buffer.from(`${JSON.stringify(entry)}\n`);
  };
}

/** `web_00 the line`: syslog adds the time itself. */
export function syslogLine({ config }: Pick<LineOrigin, "config">): LineFormat {
  const name = Buffer.from(`${config.name} `);
  return (line) => Buffer.concat([name, line, NEWLINE]);
}

function isoTime(timestamp: number): string {
  return new Date(timestamp).toISOString();
}

const NEWLINE = Buffer.from("\n");
