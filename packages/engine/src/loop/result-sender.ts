import type { Clock } from "@gateway-engine/core/clock";
import { describeError, isRetryable, TransportError } from "@gateway-engine/core/errors";
import type { Logger } from "@gateway-engine/core/logger";
import type { Random } from "@gateway-engine/core/random";
import { type RetrySchedule, retryDelayMs } from "@gateway-engine/core/retry";
import { Doorbell } from "../doorbell.ts";
import type { Activation } from "../identity/activation.ts";
import type { Journal } from "../journal/journal.ts";
import type { Cloud } from "./cloud.ts";

export interface ResultSenderDeps {
  readonly journal: Pick<Journal, "oldestResult" | "removeResult">;
  readonly cloud: Pick<Cloud, "write">;
  readonly activation: Pick<Activation, "activated">;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

/** Writes results into `fetch_status`, in order, each until the server has taken it: at least once. */
export class ResultSender {
  readonly #deps: ResultSenderDeps;
  readonly #bell = new Doorbell();

  constructor(deps: ResultSenderDeps) {
    this.#deps = deps;
  }

  /** There may be something new in the journal. */
  poke(): void {
    this.#bell.ring();
  }

  /** Sends until `signal` aborts, then rejects with its reason. */
  async run(signal: AbortSignal): Promise<never> {
    const { activation, clock, random, log } = this.#deps;
    for (let failures = 0; ; ) {
      await activation.activated(signal);
      try {
        await this.sendAll(signal);
        failures = 0;
        await this.#bell.wait(signal);
      } catch (error) {
        signal.throwIfAborted();
        failures += 1;
        log.warn(`fetch_status was not sent, it is kept: ${describeError(error)}`);
        await clock.sleep(retryDelayMs(RETRY, failures, random), signal);
      }
    }
  }

  /** Sends what waits now. @throws what the server or the line answered; what was not sent stays in the journal */
  async sendAll(signal: AbortSignal): Promise<void> {
    const { journal, cloud, log } = this.#deps;
    for (let result = journal.oldestResult(); result !== undefined; result = journal.oldestResult()) {
      try {
        await cloud.write([["fetch_status", result.status]], signal);
      } catch (error) {
        if (signal.aborted || !isFinal(error)) throw error;
        log.error(`the server does not take a result, it is dropped: ${describeError(error)}: ${result.status}`);
      }
      journal.removeResult(result.seq);
    }
  }
}

/** The server has looked at the value and will never take it; the results behind it must not wait for that. */
function isFinal(error: unknown): boolean {
  return error instanceof TransportError && !isRetryable(error);
}

const RETRY: RetrySchedule = { firstMs: 1000, maxMs: 300_000 };
