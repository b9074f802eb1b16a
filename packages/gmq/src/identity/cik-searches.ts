import type { Clock } from "@gateway-engine/core/clock";
import { CancelledError } from "@gateway-engine/core/errors";
import type { Logger } from "@gateway-engine/core/logger";
import type { Random } from "@gateway-engine/core/random";
import { type RetrySchedule, retryDelayMs } from "@gateway-engine/core/retry";

/** Either a CIK, or how long to wait before it is tried again, and why. */
export type Attempt = { readonly cik: string } | { readonly schedule: RetrySchedule; readonly problem: string };

export interface CikSearchesDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

/** Searches for CIKs, however long they take: one at a time for each device, whose end all who ask share. */
export class CikSearches {
  readonly #deps: CikSearchesDeps;
  readonly #stopped = new AbortController();
  readonly #running = new Map<number, Promise<string>>();
  /** Ends the wait of a search. */
  readonly #wakers = new Map<number, () => void>();
  /** Searches that were woken during an attempt: none of them waits after it. */
  readonly #woken = new Set<number>();

  constructor(deps: CikSearchesDeps) {
    this.#deps = deps;
  }

  /** Aborts when the searches are stopped. */
  get signal(): AbortSignal {
    return this.#stopped.signal;
  }

  /**
   * @param who the device, for messages; @param attempt never rejects, but when the searches are stopped
   * @throws CancelledError when `stop` is called
   */
  run(id: number, who: string, attempt: (tries: number) => Promise<Attempt>): Promise<string> {
    const running = this.#running.get(id);
    if (running !== undefined) return running;
    const search = this.#search(id, who, attempt).finally(() => {
      this.#running.delete(id);
      this.#woken.delete(id);
    });
    this.#running.set(id, search);
    return search;
  }

  /** The next attempt is made at once, or as soon as the one that is under way has failed. */
  wake(id: number): void {
    const wake = this.#wakers.get(id);
    if (wake !== undefined) wake();
    else if (this.#running.has(id)) this.#woken.add(id);
  }

  stop(): void {
    this.#stopped.abort();
    for (const wake of this.#wakers.values()) wake();
  }

  async #search(id: number, who: string, attempt: (tries: number) => Promise<Attempt>): Promise<string> {
    let told = "";
    for (let tries = 1; ; tries += 1) {
      this.#throwIfStopped();
      this.#woken.delete(id);
      const made = await attempt(tries);
      if ("cik" in made) return made.cik;
      this.#throwIfStopped();
      if (made.problem !== told) this.#deps.log.warn(`${who} has no CIK yet: ${made.problem}`);
      told = made.problem;
      if (!this.#woken.has(id)) await this.#pause(id, retryDelayMs(made.schedule, tries, this.#deps.random));
    }
  }

  #pause(id: number, ms: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        timer.cancel();
        this.#wakers.delete(id);
        resolve();
      };
      const timer = this.#deps.clock.after(ms, wake);
      this.#wakers.set(id, wake);
    });
  }

  #throwIfStopped(): void {
    if (this.#stopped.signal.aborted) throw new CancelledError("E_CANCELLED", { what: "the search for a CIK" });
  }
}
