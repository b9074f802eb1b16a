/** Wakes one loop that has nothing to do. A ring while nobody waits is kept for the next who does. */
export class Doorbell {
  #rung = false;
  #wake: () => void = () => {};

  ring(): void {
    this.#rung = true;
    this.#wake();
  }

  /** Resolves at the next ring; rejects with the reason of `signal` when that aborts. */
  async wait(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (!this.#rung) await this.#ringOrAbort(signal);
    signal.throwIfAborted();
    this.#rung = false;
  }

  #ringOrAbort(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = () => {
        signal.removeEventListener("abort", this.#wake);
        this.#wake = () => {};
        resolve();
      };
      signal.addEventListener("abort", this.#wake, { once: true });
    });
  }
}
