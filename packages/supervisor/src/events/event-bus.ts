/** Brings what happens to whoever wants to know. */
import { type EventName, nameOf } from "./event-names.ts";
import type { SupervisorEvent } from "./events.ts";

export type EventSubscriber = (event: SupervisorEvent) => void;

/** What tells of events needs no more than this. */
export type EventPublisher = Pick<EventBus, "publish" | "isWanted">;

export class EventBus {
  readonly #subscribers = new Map<EventSubscriber, ReadonlySet<EventName>>();
  #onInterest: () => void = () => {};

  /** Subscribers are called at once, one after another, in the order in which they came. */
  publish(event: SupervisorEvent): void {
    const name = nameOf(event);
    for (const [subscriber, names] of [...this.#subscribers]) if (names.has(name)) subscriber(event);
  }

  /** @returns how to end that */
  subscribe(names: ReadonlySet<EventName>, subscriber: EventSubscriber): () => void {
    this.#subscribers.set(subscriber, names);
    this.#onInterest();
    return () => {
      this.#subscribers.delete(subscriber);
      this.#onInterest();
    };
  }

  /** Whether anybody would be told: spares the work of making events for nobody. */
  isWanted(name: EventName): boolean {
    for (const names of this.#subscribers.values()) if (names.has(name)) return true;
    return false;
  }

  /** Calls `listener` whenever another answer of `isWanted` is possible. */
  onInterest(listener: () => void): void {
    this.#onInterest = listener;
  }
}
