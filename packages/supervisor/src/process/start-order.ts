/**
 * Children are made in the order in which they were asked for.
 *
 * Most are made at once. One whose listening socket has to be opened first takes its time, and those after it wait.
 */
export class StartOrder {
  #last: Promise<unknown> = Promise.resolve();

  /** Makes a child as soon as all those before it are made, or could not be made. */
  inTurn<Made>(make: () => Promise<Made>): Promise<Made> {
    const made = this.#last.then(make);
    this.#last = made.catch(() => undefined);
    return made;
  }
}
