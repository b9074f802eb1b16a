/** One output of a process: from its pipe to where it goes. */
import type { Children, OpenPipe } from "@gateway-engine/core/children";
import type { OutputSink } from "./output-sink.ts";
import { stripAnsi } from "./strip-ansi.ts";

export interface ProcessOutputOptions {
  /** The FIFO that the child writes into. */
  readonly pipe: string;
  /** None: what is written is read and dropped. */
  readonly sinks: readonly OutputSink[];
  readonly stripAnsi: () => boolean;
  /** Nobody has the pipe open for writing any more. */
  readonly onEnd: () => void;
}

export interface ProcessOutputDeps {
  readonly children: Children;
}

export class ProcessOutput {
  readonly #options: ProcessOutputOptions;
  readonly #deps: ProcessOutputDeps;
  #pipe: OpenPipe | undefined;

  constructor(options: ProcessOutputOptions, deps: ProcessOutputDeps) {
    this.#options = options;
    this.#deps = deps;
  }

  /**
   * Gets ready for a child. A pipe that a grandchild of an earlier run still holds goes on being read.
   *
   * @throws StorageError when the log or the pipe cannot be opened
   */
  open(): void {
    for (const sink of this.#options.sinks) sink.open();
    this.resume();
  }

  /** The same for a child that runs already: a log that cannot be opened is tried again with what it writes. */
  resume(): void {
    this.#pipe ??= this.#deps.children.readPipe(this.#options.pipe, { data: this.#receive, end: this.#ended });
  }

  /** Passes on what an ended child left in its pipe, up to its last byte. */
  drain(): void {
    this.#pipe?.drain();
    for (const sink of this.#options.sinks) sink.flush();
  }

  /** Writes down what was said on behalf of the process, also when it does not run. */
  note(chunk: Uint8Array): void {
    this.#receive(chunk);
    if (this.#pipe === undefined) for (const sink of this.#options.sinks) sink.close();
  }

  reopen(): void {
    for (const sink of this.#options.sinks) sink.reopen();
  }

  /** @throws StorageError */
  clear(): void {
    for (const sink of this.#options.sinks) sink.clear();
  }

  close(): void {
    this.#pipe?.close();
    this.#pipe = undefined;
    for (const sink of this.#options.sinks) sink.close();
  }

  readonly #receive = (chunk: Uint8Array): void => {
    const shown = this.#options.stripAnsi() ? stripAnsi(chunk) : chunk;
    for (const sink of this.#options.sinks) sink.write(shown);
  };

  readonly #ended = (): void => {
    this.#pipe = undefined;
    for (const sink of this.#options.sinks) sink.close();
    this.#options.onEnd();
  };
}
