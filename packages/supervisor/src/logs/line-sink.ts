/** Hands on whole lines, each in a form of its own. What was begun waits until it is complete, or its process has ended. */
import type { LineFormat } from "./line-format.ts";
import type { OutputSink } from "./output-sink.ts";
import { splitLines } from "./split-lines.ts";

export class LineSink implements OutputSink {
  readonly #format: LineFormat;
  readonly #target: OutputSink;
  #begun: Uint8Array = NOTHING;

  constructor(format: LineFormat, target: OutputSink) {
    this.#format = format;
    this.#target = target;
  }

  open(): void {
    this.#target.open();
  }

  write(chunk: Uint8Array): void {
    const { lines, rest } = splitLines(this.#begun, chunk, LONGEST_LINE);
    this.#begun = Uint8Array.from(rest);
    if (lines.length > 0) this.#target.write(Buffer.concat(lines.map((line) => this.#format(line))));
  }

  flush(): void {
    if (this.#begun.length > 0) this.#target.write(this.#format(this.#begun));
    this.#begun = NOTHING;
    this.#target.flush();
  }

  reopen(): void {
    this.#target.reopen();
  }

  clear(): void {
    this.#target.clear();
  }

  close(): void {
    this.flush();
    this.#target.close();
  }
}

const NOTHING = new Uint8Array();
/** Bytes. A longer line is written as several. */
const LONGEST_LINE = 64 * 1024;
