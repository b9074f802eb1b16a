import type { QueueDevice } from "../../spool/message.ts";

/** A connection of a local client, as far as the queue is concerned. */
export class ClientSession {
  /** Who it has logged in as; undefined: nobody, so its data is the gateway's. */
  readonly device: QueueDevice | undefined;
  /** Topics that it has subscribed to. */
  readonly subscriptions: Set<string> = new Set();
  #last: Promise<unknown> | undefined;

  constructor(device: QueueDevice | undefined) {
    this.device = device;
  }

  /** Whether an earlier message of it waits for its commit. */
  get waits(): boolean {
    return this.#last !== undefined;
  }

  /**
   * Acknowledgements leave in the order of the messages, and the local subscribers see that order too.
   *
   * @returns settles as `stored` does, but not before the earlier ones have
   */
  async inOrder(stored: Promise<void>): Promise<void> {
    const settled = Promise.allSettled([this.#last, stored]);
    this.#last = settled;
    await settled;
    if (this.#last === settled) this.#last = undefined;
    return stored;
  }
}
