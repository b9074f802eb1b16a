/** All that goes with the runs of one process, in the order in which it admits a run. */
import { describeError } from "@gateway-engine/core/errors";
import { ok, type Result } from "@gateway-engine/core/result";
import type { RunCompanion, Wait } from "./run-companion.ts";

export class RunCompanions {
  readonly #companions: readonly RunCompanion[];
  readonly #onStuck: () => void;
  #wait: Wait = NO_WAIT;

  /** @param onStuck what a start waits for does not come by itself */
  constructor(companions: readonly RunCompanion[], onStuck: () => void) {
    this.#companions = companions;
    this.#onStuck = onStuck;
  }

  /** For people: what a start waits for at the moment; empty when for nothing. */
  get waitsFor(): string {
    return this.#wait.what === "" ? "" : `waiting for ${this.#wait.what}`;
  }

  get isStuck(): boolean {
    return this.#wait.isStuck === true;
  }

  startAsked(): void {
    for (const companion of this.#companions) companion.startAsked?.();
  }

  /** Asks one after another. A problem, also a thrown one, ends that. */
  async admit(signal: AbortSignal): Promise<Result<void, string>> {
    const report = (wait: Wait) => {
      this.#wait = wait;
      if (this.isStuck) this.#onStuck();
    };
    try {
      for (const companion of this.#companions) {
        if (companion.admit === undefined) continue;
        const admitted = await companion.admit({ signal, report });
        if (!admitted.ok) return admitted;
      }
      return ok(undefined);
    } catch (error) {
      return { ok: false, problem: describeError(error) };
    } finally {
      this.#wait = NO_WAIT;
    }
  }

  accompany(signal: AbortSignal): void {
    for (const companion of this.#companions) companion.accompany?.(signal);
  }

  /** Each begins its work when those before it have done theirs. */
  ended(): void {
    let before = Promise.resolve();
    for (const companion of this.#companions) {
      companion.ended?.(before);
      before = companion.settled ?? before;
    }
  }

  /** Resolves when what is done after the last run is done. */
  async settled(): Promise<void> {
    for (const companion of this.#companions) await companion.settled;
  }
}

const NO_WAIT: Wait = { what: "" };
