/**
 * Wakes whoever waits for a change. A message may be lost and carries no data:
 * a listener reads the truth from the database, at the latest when its time is up.
 */
export interface Bus {
  publish(topic: string): void;
  /** @returns how to stop listening */
  subscribe(topic: string, listener: () => void): () => void;
}
