/** What Ctrl-C ends while the interactive shell goes on: one action that would last for ever. */
export class Interruption {
  readonly #signal: AbortSignal;
  #current: AbortController | undefined;

  /** @param signal ends everything */
  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  /** @returns whether there was something to end */
  readonly interrupt = (): boolean => {
    this.#current?.abort();
    return this.#current !== undefined;
  };

  readonly run = async (work: (signal: AbortSignal) => Promise<void>): Promise<void> => {
    const current = new AbortController();
    this.#current = current;
    try {
      await work(AbortSignal.any([this.#signal, current.signal]));
    } finally {
      this.#current = undefined;
    }
  };
}
