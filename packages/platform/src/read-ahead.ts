import type { Readable } from "node:stream";

/**
 * The chunks of a stream, in order, read up to `limit` bytes ahead of the consumer.
 *
 * When the stream fails, all that arrived before is given out first: Node's own iterator throws it away, and a download over
 * a line that keeps dropping would get nowhere.
 */
export async function* readAhead(source: Readable, limit: number): AsyncGenerator<Uint8Array, void, undefined> {
  const ahead = new Ahead(source, limit);
  try {
    for (let chunk = await ahead.next(); chunk !== undefined; chunk = await ahead.next()) yield chunk;
  } finally {
    source.destroy();
  }
}

class Ahead {
  readonly #source: Readable;
  readonly #limit: number;
  readonly #chunks: Uint8Array[] = [];
  #bytes = 0;
  #outcome: { readonly error?: unknown } | undefined;
  #wake: () => void = () => {};

  constructor(source: Readable, limit: number) {
    this.#source = source;
    this.#limit = limit;
    if (source.closed && !source.readableEnded) this.#finish({ error: new Error("it was closed before it was read") });
    source.on("error", (error) => this.#finish({ error }));
    source.on("end", () => this.#finish({}));
    source.on("close", () => this.#finish({ error: new Error("it was closed before its end") }));
    source.on("data", (chunk: Uint8Array) => this.#take(chunk));
  }

  /** @returns undefined at the end */
  async next(): Promise<Uint8Array | undefined> {
    while (this.#chunks.length === 0 && this.#outcome === undefined) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const chunk = this.#chunks.shift();
    if (chunk === undefined) {
      if (this.#outcome !== undefined && "error" in this.#outcome) throw this.#outcome.error;
      return undefined;
    }
    this.#bytes -= chunk.length;
    if (this.#bytes < this.#limit && this.#source.isPaused()) this.#source.resume();
    return chunk;
  }

  #take(chunk: Uint8Array): void {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    if (this.#bytes >= this.#limit) this.#source.pause();
    this.#wake();
  }

  /** The first outcome counts: an end and an error are each followed by a close. */
  #finish(outcome: { readonly error?: unknown }): void {
    this.#outcome ??= outcome;
    this.#wake();
  }
}
