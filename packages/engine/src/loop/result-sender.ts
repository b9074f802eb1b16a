import { describeError } from "@gateway-engine/core/errors";
import type { Logger } from "@gateway-engine/core/logger";
import type { RetrySchedule } from "@gateway-engine/core/retry";
import { Doorbell } from "../doorbell.ts";
import type { Journal } from "../journal/journal.ts";
import type { Cloud } from "./cloud.ts";
import { isRefusal, type KeepSendingDeps, keepSending } from "./keep-sending.ts";

export interface ResultSenderDeps extends KeepSendingDeps {
  readonly journal: Pick<Journal, "oldestResult" | "removeResult">;
  readonly cloud: Pick<Cloud, "write">;
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
  run(signal: AbortSignal): Promise<never> {
    const { log } = this.#deps;
    const sending = {
      sendAll: (until: AbortSignal) => this.sendAll(until),
      bell: this.#bell,
      retry: RETRY,
      onFailure: (error: unknown) => log.warn(`fetch_status was not sent, it is kept: ${describeError(error)}`),
    };
    return keepSending(this.#deps, sending, signal);
  }

  /** Sends what waits now. @throws what the server or the line answered; what was not sent stays in the journal */
  async sendAll(signal: AbortSignal): Promise<void> {
    const { journal, cloud, log } = this.#deps;
    for (let result = journal.oldestResult(); result !== undefined; result = journal.oldestResult()) {
      try {
        await cloud.write([["fetch_status", result.status]], signal);
      } catch (error) {
        if (signal.aborted || !isRefusal(error)) throw error;
        // The results behind it must not wait for it.
        log.error(`the server does not take a result, it is dropped: ${describeError(error)}: ${result.status}`);
      }
      journal.removeResult(result.seq);
    }
  }
}

const RETRY: RetrySchedule = { firstMs: 1000, maxMs: 300_000 };
