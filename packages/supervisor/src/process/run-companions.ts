/** All that goes with the runs of one process, in the order in which it admits a run. */
import { describeError } from "@gateway-engine/core/errors";
import { ok, type Result } from "@gateway-engine/core/result";
import type { RunCompanion } from "./run-companion.ts";

export class RunCompanions {
  readonly #companions: readonly RunCompanion[];
  #waitsFor = "";

  constructor(companions: readonly RunCompanion[]) {
    this.#companions = companions;
  }

  /** For people: what a start waits for at the moment; empty when for nothing. */
  get waitsFor(): string {
    return this.#waitsFor;
  }

  startAsked(): void {
    for (const companion of this.#companions) companion.startAsked?.();
  }

  /** Asks one after another. A problem, also a thrown one, ends that. */
  async admit(signal: AbortSignal): Promise<Result<void, string>> {
    const report = (waitsFor: string) => {
      this.#waitsFor = `waiting for ${waitsFor}`;
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
      this.#waitsFor = "";
    }
  }

  accompany(signal: AbortSignal): void {
    for (const companion of this.#companions) companion.accompany?.(signal);
  }

  ended(): void {
    for (const companion of this.#companions) companion.ended?.();
  }

  /** Resolves when what is done after the last run is done. */
  async settled(): Promise<void> {
    for (const companion of this.#companions) await companion.settled;
  }
}
