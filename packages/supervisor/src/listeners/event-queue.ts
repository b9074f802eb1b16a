/** The events that a pool has not told anybody yet, oldest first. */
import type { SupervisorEvent } from "../events/events.ts";

export interface QueuedEvent {
  readonly event: SupervisorEvent;
  /** Of the daemon. */
  readonly serial: number;
  /** Of the pool. */
  readonly poolSerial: number;
}

export class EventQueue {
  readonly #most: number;
  #waiting: QueuedEvent[] = [];

  /** @param most how many may wait */
  constructor(most: number) {
    this.#most = most;
  }

  get length(): number {
    return this.#waiting.length;
  }

  /** @returns what had to go to make room: the oldest */
  add(event: QueuedEvent): QueuedEvent | undefined {
    const dropped = this.#makeRoom();
    this.#waiting.push(event);
    return dropped;
  }

  /** Puts one back that was taken: it is the next again. @returns what had to go to make room */
  putBack(event: QueuedEvent): QueuedEvent | undefined {
    const dropped = this.#makeRoom();
    this.#waiting.unshift(event);
    return dropped;
  }

  take(): QueuedEvent | undefined {
    return this.#waiting.shift();
  }

  #makeRoom(): QueuedEvent | undefined {
    return this.#waiting.length < this.#most ? undefined : this.#waiting.shift();
  }
}
