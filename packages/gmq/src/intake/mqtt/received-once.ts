/**
 * Messages of QoS 2 between their arrival and the client's release: one that is sent again in that time is the same one,
 * and is committed once.
 */
interface Received {
  readonly committed: Promise<void>;
  /** Whether the local subscribers have it. */
  delivered: boolean;
}

export class ReceivedOnce {
  readonly #byClient = new Map<string, Map<number, Received>>();

  /** What `commit` of the first arrival promised; a commit that failed is forgotten, and is tried again. */
  commit(client: string, messageId: number, commit: () => Promise<void>): Promise<void> {
    const received = this.#byClient.get(client) ?? new Map<number, Received>();
    this.#byClient.set(client, received);
    this.#forgetTheOldest();
    const before = received.get(messageId);
    if (before !== undefined) return before.committed;
    const committed = commit();
    received.set(messageId, { committed, delivered: false });
    committed.catch(() => this.release(client, messageId));
    return committed;
  }

  isDelivered(client: string, messageId: number): boolean {
    return this.#byClient.get(client)?.get(messageId)?.delivered ?? false;
  }

  delivered(client: string, messageId: number): void {
    const received = this.#byClient.get(client)?.get(messageId);
    if (received !== undefined) received.delivered = true;
  }

  release(client: string, messageId: number): void {
    const received = this.#byClient.get(client);
    received?.delete(messageId);
    if (received?.size === 0) this.#byClient.delete(client);
  }

  forget(client: string): void {
    this.#byClient.delete(client);
  }

  #forgetTheOldest(): void {
    const [oldest] = this.#byClient.size > MAX_CLIENTS ? this.#byClient.keys() : [];
    if (oldest !== undefined) this.#byClient.delete(oldest);
  }
}

/** Far more than can be connected: what was begun under the name of one that does not come back is not kept for ever. */
const MAX_CLIENTS = 1000;
