/** One output of a process: from its pipe into its log. */
import type { Children, OpenPipe } from "@gateway-engine/core/children";
import { describeError } from "@gateway-engine/core/errors";
import type { SyncFiles } from "@gateway-engine/core/sync-files";
import type { OutputConfig } from "../config/model.ts";
import type { Channel } from "./auto-log.ts";
import type { DaemonLog } from "./daemon-log.ts";
import { RotatingLog } from "./rotating-log.ts";
import { stripAnsi } from "./strip-ansi.ts";

export interface ProcessOutputOptions {
  readonly process: string;
  readonly channel: Channel;
  /** The FIFO that the child writes into. */
  readonly pipe: string;
  readonly config: OutputConfig;
  /** Absolute path; undefined: what is written is read and dropped. */
  readonly logfile: string | undefined;
  readonly stripAnsi: () => boolean;
  /** Nobody has the pipe open for writing any more. */
  readonly onEnd: () => void;
}

export interface ProcessOutputDeps {
  readonly children: Children;
  readonly files: SyncFiles;
  readonly log: DaemonLog;
}

export class ProcessOutput {
  readonly #options: ProcessOutputOptions;
  readonly #deps: ProcessOutputDeps;
  readonly #log: RotatingLog | undefined;
  #pipe: OpenPipe | undefined;
  #lostBytes = 0;

  constructor(options: ProcessOutputOptions, deps: ProcessOutputDeps) {
    this.#options = options;
    this.#deps = deps;
    const { logfile, config } = options;
    this.#log = logfile === undefined ? undefined : new RotatingLog(logfile, config, deps.files);
  }

  get logfile(): string | undefined {
    return this.#options.logfile;
  }

  /**
   * Gets ready for a child. A pipe that a grandchild of an earlier run still holds goes on being read.
   *
   * @throws StorageError when the log or the pipe cannot be opened
   */
  open(): void {
    this.#log?.open();
    this.resume();
  }

  /** The same for a child that runs already: a log that cannot be opened is tried again with what it writes. */
  resume(): void {
    this.#pipe ??= this.#deps.children.readPipe(this.#options.pipe, { data: this.#receive, end: this.#ended });
  }

  /** Writes down what an ended child left in its pipe. */
  drain(): void {
    this.#pipe?.drain();
  }

  /** A log that cannot be opened again is tried again with the next write. */
  reopen(): void {
    try {
      this.#log?.reopen();
    } catch (error) {
      this.#deps.log.write("CRIT", `${this.#name()}: ${describeError(error)}`);
    }
  }

  clear(): void {
    this.#log?.clear();
  }

  close(): void {
    this.#pipe?.close();
    this.#pipe = undefined;
    this.#log?.close();
  }

  readonly #receive = (chunk: Uint8Array): void => {
    const { process, channel } = this.#options;
    const shown = this.#options.stripAnsi() ? stripAnsi(chunk) : chunk;
    this.#write(shown);
    if (this.#deps.log.isWritten("DEBG")) {
      this.#deps.log.write("DEBG", `'${process}' ${channel} output:\n${Buffer.from(shown).toString("utf8")}`);
    }
  };

  readonly #ended = (): void => {
    this.#pipe = undefined;
    this.#log?.close();
    this.#options.onEnd();
  };

  /** A full disk must neither stop the process nor this daemon: what cannot be written is counted and dropped. */
  #write(chunk: Uint8Array): void {
    if (this.#log === undefined) return;
    const { log } = this.#deps;
    try {
      this.#log.write(chunk);
      if (this.#lostBytes > 0) log.write("WARN", `${this.#name()}: ${this.#lostBytes} bytes were lost, writing again`);
      this.#lostBytes = 0;
    } catch (error) {
      if (this.#lostBytes === 0) log.write("CRIT", `${this.#name()}: ${describeError(error)}; its output is dropped`);
      this.#lostBytes += chunk.length;
    }
  }

  #name(): string {
    return `'${this.#options.process}' ${this.#options.channel}`;
  }
}
