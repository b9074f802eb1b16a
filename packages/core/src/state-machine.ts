/** Where a transition leads, and what has to be done on the way, as data. */
export interface Transition<State, Effect> {
  readonly state: State;
  readonly effects: readonly Effect[];
}

export interface StateMachineOptions<State, Event, Effect> {
  readonly initial: State;
  /** Pure and total: an event that means nothing in a state leaves it as it is. */
  readonly next: (state: State, event: Event) => Transition<State, Effect>;
  /** Carries out one effect; what comes of it is sent back as an event. */
  readonly perform: (effect: Effect, state: State) => void;
}

/**
 * Runs a pure transition function.
 *
 * Events that arrive while effects are being carried out wait their turn, so every event sees a finished transition.
 */
export class StateMachine<State, Event, Effect> {
  #state: State;
  readonly #options: StateMachineOptions<State, Event, Effect>;
  readonly #waiting: Event[] = [];
  #busy = false;

  constructor(options: StateMachineOptions<State, Event, Effect>) {
    this.#options = options;
    this.#state = options.initial;
  }

  get state(): State {
    return this.#state;
  }

  send(event: Event): void {
    this.#waiting.push(event);
    if (this.#busy) return;
    this.#busy = true;
    try {
      for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) this.#step(next);
    } finally {
      this.#busy = false;
    }
  }

  #step(event: Event): void {
    const { state, effects } = this.#options.next(this.#state, event);
    this.#state = state;
    for (const effect of effects) this.#options.perform(effect, state);
  }
}
