/** The log file of one output. A full disk must neither stop the process nor this daemon: what cannot be written is counted and dropped. */
import { describeError } from "@gateway-engine/core/errors";
import type { DaemonLog } from "./daemon-log.ts";
import type { OutputSink } from "./output-sink.ts";
import type { RotatingLog } from "./rotating-log.ts";

export class LogFileSink implements OutputSink {
  /** For messages: `'web' stdout`. */
  readonly #name: string;
  readonly #file: RotatingLog;
  readonly #log: DaemonLog;
  #lostBytes = 0;

  constructor(name: string, file: RotatingLog, log: DaemonLog) {
    this.#name = name;
    this.#file = file;
    this.#log = log;
  }

  open(): void {
    this.#file.open();
  }

  write(chunk: Uint8Array): void {
    try {
      this.#file.write(chunk);
      if (this.#lostBytes > 0) {
        this.#log.write("WARN", `${this.#name}: ${this.#lostBytes} bytes were lost, writing again`);
      }
      this.#lostBytes = 0;
    } catch (error) {
      if (this.#lostBytes === 0) {
        this.#log.write("CRIT", `${this.#name}: ${describeError(error)}; its output is dropped`);
      }
      this.#lostBytes += chunk.length;
    }
  }

  flush(): void {}

  /** A log that cannot be opened again is tried again with the next write. */
  reopen(): void {
    try {
      this.#file.reopen();
    } catch (error) {
      this.#log.write("CRIT", `${this.#name}: ${describeError(error)}`);
    }
  }

  clear(): void {
    this.#file.clear();
  }

  close(): void {
    this.#file.close();
  }
}
