/** Destinations of a process's output that tell of it: of everything, or of the passages that it marks. */
import type { Channel } from "../logs/auto-log.ts";
import type { DaemonLog } from "../logs/daemon-log.ts";
import { type OutputSink, plainSink } from "../logs/output-sink.ts";
import { type CapturePart, OUTSIDE, restOfCapture, splitCapture } from "./capture.ts";
import type { EventPublisher } from "./event-bus.ts";
import { outputEventName } from "./event-names.ts";
import type { EventProcess } from "./events.ts";
import { TailBytes } from "./tail-bytes.ts";

export interface OutputSource extends EventProcess {
  readonly channel: Channel;
  /** Of the run that writes. */
  readonly pid: () => number;
}

/** `stdout_events_enabled`: each piece of output is an event, as soon as it is read. */
export function logEvents({ process, group, channel, pid }: OutputSource, events: EventPublisher): OutputSink {
  const name = outputEventName("PROCESS_LOG", channel);
  return plainSink((chunk) => {
    if (!events.isWanted(name)) return;
    events.publish({ kind: "process-log", process, group, channel, pid: pid(), data: Uint8Array.from(chunk) });
  });
}

export interface CaptureOptions {
  readonly source: OutputSource;
  /** Of a longer passage, its end is kept. */
  readonly maxBytes: number;
  /** Where the rest of the output goes. */
  readonly text: readonly OutputSink[];
  /** Where the passages go as well. */
  readonly captured: readonly OutputSink[];
}

export interface CaptureDeps {
  readonly events: EventPublisher;
  readonly log: DaemonLog;
}

/** `stdout_capture_maxbytes`: a marked passage is an event, and is kept out of the log. */
export class CaptureSink implements OutputSink {
  readonly #options: CaptureOptions;
  readonly #deps: CaptureDeps;
  readonly #passage: TailBytes;
  #state = OUTSIDE;

  constructor(options: CaptureOptions, deps: CaptureDeps) {
    this.#options = options;
    this.#deps = deps;
    this.#passage = new TailBytes(options.maxBytes);
  }

  open(): void {
    for (const sink of this.#options.text) sink.open();
  }

  write(chunk: Uint8Array): void {
    const { state, parts } = splitCapture(this.#state, chunk);
    for (const part of parts) this.#take(part);
    this.#state = { inside: state.inside, held: Uint8Array.from(state.held) };
  }

  flush(): void {
    for (const part of restOfCapture(this.#state)) this.#take(part);
    this.#state = OUTSIDE;
    this.#passage.take();
    for (const sink of this.#options.text) sink.flush();
  }

  reopen(): void {
    for (const sink of this.#options.text) sink.reopen();
  }

  clear(): void {
    for (const sink of this.#options.text) sink.clear();
  }

  close(): void {
    this.flush();
    for (const sink of this.#options.text) sink.close();
  }

  #take(part: CapturePart): void {
    switch (part.kind) {
      case "text":
        for (const sink of this.#options.text) sink.write(part.bytes);
        return;
      case "captured":
        this.#passage.add(part.bytes);
        for (const sink of this.#options.captured) sink.write(part.bytes);
        return;
      case "end":
        this.#publish(this.#passage.take());
        return;
    }
  }

  #publish(data: Uint8Array): void {
    const { process, group, channel, pid } = this.#options.source;
    const { events, log } = this.#deps;
    events.publish({ kind: "process-communication", process, group, channel, pid: pid(), data });
    if (log.isWritten("DEBG")) log.write("DEBG", `'${process}' ${channel} emitted a comm event`);
  }
}
