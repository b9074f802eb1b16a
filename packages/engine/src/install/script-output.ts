/** Keeps the last part of what a script prints: a script that fails says why at its end. */
export class OutputTail {
  readonly #limit: number;
  #chunks: Uint8Array[] = [];
  #kept = 0;
  #total = 0;

  /** @param limit bytes that are kept */
  constructor(limit: number) {
    this.#limit = limit;
  }

  add(chunk: Uint8Array): void {
    this.#chunks.push(chunk);
    this.#kept += chunk.length;
    this.#total += chunk.length;
    if (this.#kept > 2 * this.#limit) this.#trim();
  }

  /** The end of the output, and above it how much is left out. */
  text(): string {
    this.#trim();
    const cut = this.#total - this.#kept;
    const tail = new TextDecoder().decode(Buffer.concat(this.#chunks));
    return cut === 0 ? tail : `[the first ${cut} bytes of the output are left out]\n${tail}`;
  }

  #trim(): void {
    if (this.#kept <= this.#limit) return;
    const tail = Buffer.concat(this.#chunks).subarray(-this.#limit);
    this.#chunks = [tail];
    this.#kept = tail.length;
  }
}
