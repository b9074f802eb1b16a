/** With `loglevel = debug`, the daemon's own log has a copy of what processes write. */
import type { Channel } from "./auto-log.ts";
import type { DaemonLog } from "./daemon-log.ts";
import type { OutputSink } from "./output-sink.ts";

export class DebugCopySink implements OutputSink {
  /** `'web' stdout` */
  readonly #name: string;
  readonly #log: DaemonLog;

  constructor(process: string, channel: Channel, log: DaemonLog) {
    this.#name = `'${process}' ${channel}`;
    this.#log = log;
  }

  write(chunk: Uint8Array): void {
    if (!this.#log.isWritten("DEBG")) return;
    this.#log.write("DEBG", `${this.#name} output:\n${Buffer.from(chunk).toString("utf8")}`);
  }

  open(): void {}
  flush(): void {}
  reopen(): void {}
  clear(): void {}
  close(): void {}
}
