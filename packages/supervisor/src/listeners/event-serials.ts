/** Numbers the events that somebody is told of, from 0, in the order in which the first pool takes them. */
import type { SupervisorEvent } from "../events/events.ts";

export class EventSerials {
  readonly #given = new WeakMap<SupervisorEvent, number>();
  #next = 0;

  /** The same number for the same event, whichever pool asks. */
  of(event: SupervisorEvent): number {
    const given = this.#given.get(event);
    if (given !== undefined) return given;
    this.#given.set(event, this.#next);
    this.#next += 1;
    return this.#next - 1;
  }
}
