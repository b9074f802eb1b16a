import type { Clock } from "@gateway-engine/core/clock";
import { describeError } from "@gateway-engine/core/errors";
import type { Logger } from "@gateway-engine/core/logger";
import type { Random } from "@gateway-engine/core/random";
import { type RetrySchedule, retryDelayMs } from "@gateway-engine/core/retry";

export interface ProgressWriterDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

const RETRY: RetrySchedule = { firstMs: 500, maxMs: 30_000 };

/**
 * Brings a lane's progress to disk, step by step, and tries each until it is there. The next batch can be sent while the
 * last step is still on its way, so after a crash at most the last two batches are sent again.
 */
export class ProgressWriter {
  readonly #deps: ProgressWriterDeps;
  readonly #signal: AbortSignal;
  #last: Promise<void> = Promise.resolve();

  constructor(deps: ProgressWriterDeps, signal: AbortSignal) {
    this.#deps = deps;
    this.#signal = signal;
  }

  /** @returns when the steps before this one are on disk */
  write(step: () => Promise<void>): Promise<void> {
    const before = this.#last;
    this.#last = before.then(() => this.#untilStored(step));
    return before;
  }

  async #untilStored(step: () => Promise<void>): Promise<void> {
    const { clock, random, log } = this.#deps;
    for (let failures = 1; !this.#signal.aborted; failures += 1) {
      try {
        return await step();
      } catch (error) {
        if (this.#signal.aborted) return;
        log.error(`cannot take sent data off the queue: ${describeError(error)}`);
        await clock.sleep(retryDelayMs(RETRY, failures, random), this.#signal).catch(() => {});
      }
    }
  }
}
