/** The memory for the bodies of all requests together: many clients at once, or slow ones, must not fill the gateway's. */

/** Bytes of a body that need no room, so that small requests are taken however many large ones are under way. */
const FREE_BYTES = 16 * 1024;

export class BodyMemory {
  readonly #maxBytes: number;
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** For one request; to be ended when it is answered. */
  share(): BodyShare {
    return new BodyShare((bytes) => {
      if (this.#bytes + bytes > this.#maxBytes) return false;
      this.#bytes += bytes;
      return true;
    });
  }
}

export class BodyShare {
  readonly #claim: (bytes: number) => boolean;
  #size = 0;
  #claimed = 0;

  /** @param claim takes so many bytes, or gives them back when they are negative; false: there are not so many left */
  constructor(claim: (bytes: number) => boolean) {
    this.#claim = claim;
  }

  /** @returns false when there is no room for `bytes` more */
  grow(bytes: number): boolean {
    const needed = Math.max(0, this.#size + bytes - FREE_BYTES) - this.#claimed;
    if (!this.#claim(needed)) return false;
    this.#size += bytes;
    this.#claimed += needed;
    return true;
  }

  end(): void {
    this.#claim(-this.#claimed);
    this.#size = 0;
    this.#claimed = 0;
  }
}
