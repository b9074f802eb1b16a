import type { Logger } from "@gateway-engine/core/logger";

/**
 * Tells the operator that values are dropped because their product has no such resource: to the device this is no error,
 * and a resource that was forgotten would otherwise be found by nobody.
 */
export class UnknownAliasNotice {
  readonly #log: Logger;
  readonly #noted = new Set<string>();

  constructor(log: Logger) {
    this.#log = log;
  }

  /** Logs each alias once, and of a flood of them only the first. */
  note(product: string, alias: string): void {
    const key = JSON.stringify([product, alias]);
    if (this.#noted.has(key) || this.#noted.size >= MOST_NOTED) return;
    this.#noted.add(key);
    this.#log.warn(`product ${product} has no resource ${JSON.stringify(alias.slice(0, 128))}: its values are dropped`);
  }
}

const MOST_NOTED = 1000;
