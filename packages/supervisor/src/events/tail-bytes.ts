/** The last bytes of what it was given. */
export class TailBytes {
  readonly #most: number;
  #pieces: Uint8Array[] = [];
  #length = 0;

  /** @param most how many bytes to keep */
  constructor(most: number) {
    this.#most = most;
  }

  /** Keeps a copy. */
  add(bytes: Uint8Array): void {
    const kept = Uint8Array.from(bytes.subarray(Math.max(0, bytes.length - this.#most)));
    this.#pieces.push(kept);
    this.#length += kept.length;
    for (let oldest = this.#pieces[0]; oldest !== undefined; oldest = this.#pieces[0]) {
      if (this.#length - oldest.length < this.#most) return;
      this.#pieces.shift();
      this.#length -= oldest.length;
    }
  }

  /** Gives them away, and begins again with none. */
  take(): Uint8Array {
    const all = Buffer.concat(this.#pieces);
    this.#pieces = [];
    this.#length = 0;
    return all.subarray(Math.max(0, all.length - this.#most));
  }
}
