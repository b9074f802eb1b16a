/** Brings what happens to whoever wants to know. */
import type { SupervisorEvent } from "./events.ts";

export type EventKind = SupervisorEvent["kind"];
export type EventSubscriber = (event: SupervisorEvent) => void;

export class EventBus {
  readonly #subscribers = new Map<EventSubscriber, ReadonlySet<EventKind>>();

  /** Subscribers are called at once, one after another, in the order in which they came. */
  publish(event: SupervisorEvent): void {
    for (const [subscriber, kinds] of [...this.#subscribers]) if (kinds.has(event.kind)) subscriber(event);
  }

  /** @returns how to end that */
  subscribe(kinds: readonly EventKind[], subscriber: EventSubscriber): () => void {
    this.#subscribers.set(subscriber, new Set(kinds));
    return () => void this.#subscribers.delete(subscriber);
  }

  /** Whether anybody would be told: spares the work of making events for nobody. */
  isWanted(kind: EventKind): boolean {
    return [...this.#subscribers.values()].some((kinds) => kinds.has(kind));
  }
}
