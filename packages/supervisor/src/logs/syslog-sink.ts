import type { SystemLog } from "@gateway-engine/core/system-log";
import type { OutputSink } from "./output-sink.ts";

/** Complete lines to syslog, which is nobody's to open, empty or put aside. */
export class SyslogSink implements OutputSink {
  readonly #systemLog: SystemLog;

  constructor(systemLog: SystemLog) {
    this.#systemLog = systemLog;
  }

  write(chunk: Uint8Array): void {
    this.#systemLog.write(chunk);
  }

  open(): void {}
  flush(): void {}
  reopen(): void {}
  clear(): void {}
  close(): void {}
}
