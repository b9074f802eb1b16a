/** The three standard streams of a process: FIFOs on the child's side, logs on the other. */
import type { ChildPipes } from "@gateway-engine/core/children";
import type { SyncFiles } from "@gateway-engine/core/sync-files";
import type { ProcessConfig } from "../config/model.ts";
import type { Channel } from "../logs/auto-log.ts";
import { makeSinks, type SinkDeps } from "../logs/make-sinks.ts";
import type { OutputSink } from "../logs/output-sink.ts";
import { ProcessOutput, type ProcessOutputDeps } from "../logs/process-output.ts";
import { processFileName } from "./child-records.ts";

export interface ProcessStreamsOptions {
  readonly config: ProcessConfig;
  /** Where the FIFOs are. */
  readonly folder: string;
  readonly logfiles: LogFiles;
  readonly stripAnsi: () => boolean;
  /** Of the run that writes; 0 when it is over. */
  readonly pid: () => number;
  /** Who answers to its standard output, if anybody does. */
  readonly conversation?: OutputSink | undefined;
}

export type ProcessStreamsDeps = ProcessOutputDeps & SinkDeps;

/** Absolute paths; a channel without a log is missing. */
export type LogFiles = Readonly<Partial<Record<Channel, string>>>;

export class ProcessStreams {
  readonly pipes: ChildPipes;
  readonly logfiles: LogFiles;
  readonly #outputs: ReadonlyMap<Channel, ProcessOutput>;
  readonly #files: SyncFiles;
  #onEnd: () => void = () => {};

  constructor(options: ProcessStreamsOptions, deps: ProcessStreamsDeps) {
    this.#files = deps.files;
    const { config, logfiles, pid } = options;
    this.pipes = pipesOf(config, options.folder);
    this.logfiles = logfiles;
    const channels: readonly Channel[] = config.redirectStderr ? ["stdout"] : ["stdout", "stderr"];
    this.#outputs = new Map(
      channels.map((channel) => {
        const conversation = channel === "stdout" ? options.conversation : undefined;
        const output = {
          pipe: this.pipes[channel] ?? this.pipes.stdout,
          sinks: makeSinks({ config, channel, logfile: logfiles[channel], pid, conversation }, deps),
          stripAnsi: options.stripAnsi,
          onEnd: () => this.#onEnd(),
        };
        return [channel, new ProcessOutput(output, deps)];
      }),
    );
  }

  /** Calls `listener` whenever an output has no writer any more. */
  onEnd(listener: () => void): void {
    this.#onEnd = listener;
  }

  /** @throws StorageError when a log or a pipe cannot be opened */
  open(): void {
    for (const output of this.#outputs.values()) output.open();
  }

  /** Reads on what a child of an earlier daemon writes. */
  resume(): void {
    for (const output of this.#outputs.values()) output.resume();
  }

  drain(): void {
    for (const output of this.#outputs.values()) output.drain();
  }

  /** Writes down what was said on behalf of the process, as if on its standard error. */
  note(chunk: Uint8Array): void {
    const output = this.#outputs.get("stderr") ?? this.#outputs.get("stdout");
    output?.note(chunk);
  }

  reopenLogs(): void {
    for (const output of this.#outputs.values()) output.reopen();
  }

  clearLogs(): void {
    for (const output of this.#outputs.values()) output.clear();
  }

  /** Lets go of pipes and logs; who writes into them may go on, and another daemon may read on. */
  close(): void {
    for (const output of this.#outputs.values()) output.close();
  }

  /** Closes them for good. */
  remove(): void {
    this.close();
    const { stdin, stdout, stderr } = this.pipes;
    for (const pipe of [stdin, stdout, stderr]) if (pipe !== undefined) this.#files.remove(pipe);
  }
}

export function pipesOf(config: ProcessConfig, folder: string): ChildPipes {
  const base = `${folder}/${processFileName(config)}`;
  return {
    stdin: `${base}.stdin`,
    stdout: `${base}.stdout`,
    stderr: config.redirectStderr ? undefined : `${base}.stderr`,
  };
}
