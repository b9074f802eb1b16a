import type { Clock } from "@gateway-engine/core/clock";
import { describeError } from "@gateway-engine/core/errors";
import type { Logger } from "@gateway-engine/core/logger";
import type { Random } from "@gateway-engine/core/random";
import { type RetrySchedule, retryDelayMs } from "@gateway-engine/core/retry";
import type { ActionRunner } from "../actions/action-runner.ts";
import { Doorbell } from "../doorbell.ts";
import type { Journal } from "../journal/journal.ts";
import { isJournalLost } from "../journal/journal-lost.ts";
import type { OpenOrder } from "../journal/open-orders.ts";
import { type CommandSource, type Order, titleOf } from "../journal/orders.ts";
import type { InstallRunner } from "./install-runner.ts";
import { lostReport } from "./report.ts";

/** What takes an order to its end. */
export interface OrderRunners {
  readonly installs: InstallRunner;
  readonly actions: Pick<ActionRunner, "carryOn">;
}

export interface WorkerDeps {
  readonly journal: Pick<Journal, "nextOrder" | "unknownOrders" | "addResult">;
  /** Loaded at the first order. */
  readonly runners: () => Promise<OrderRunners>;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

/** Works off the orders of the journal, one at a time. @see Journal.nextOrder */
export class InstallWorker {
  readonly #deps: WorkerDeps;
  readonly #bell = new Doorbell();
  #runners: OrderRunners | undefined;

  constructor(deps: WorkerDeps) {
    this.#deps = deps;
  }

  /** There may be something new in the journal. */
  poke(): void {
    this.#runners?.installs.reconsider();
    this.#bell.ring();
  }

  /** Works until `signal` aborts, then rejects with its reason. */
  async run(signal: AbortSignal): Promise<never> {
    const { journal, log } = this.#deps;
    for (const { verb, name, state } of journal.unknownOrders()) {
      log.warn(`${titleOf({ verb, name })}: ${verb}, ${state}: left alone, since it was written by a newer release`);
    }
    for (;;) {
      await this.workOff(signal);
      await this.#ringOrNextTry(signal);
    }
  }

  /**
   * Resolves when the journal has no order that may be worked on now.
   *
   * @param source only orders that were given there
   * @param restMs how long an install is waited for that rests
   */
  async workOff(signal: AbortSignal, source?: CommandSource, restMs = 0): Promise<void> {
    const { journal, clock, random, log } = this.#deps;
    for (let failures = 0; ; ) {
      let open: OpenOrder | undefined;
      try {
        open = journal.nextOrder(source, this.#runners?.installs.resting());
        if (open === undefined) {
          const nextTryMs = this.#runners?.installs.nextTryMs();
          if (nextTryMs === undefined || nextTryMs > restMs) return;
          await clock.sleep(nextTryMs, signal);
        } else await this.#carryOn(open, signal);
        failures = 0;
      } catch (error) {
        signal.throwIfAborted();
        if (isJournalLost(error)) {
          log.error(error.message);
          if (open !== undefined) journal.addResult(lostReport(orderOf(open), error));
          throw error;
        }
        failures += 1;
        log.error(`installs are held up: ${describeError(error)}`);
        await clock.sleep(retryDelayMs(TROUBLE_RETRY, failures, random), signal);
      }
    }
  }

  async #carryOn(open: OpenOrder, signal: AbortSignal): Promise<void> {
    this.#runners ??= await this.#deps.runners();
    const { installs, actions } = this.#runners;
    if (open.kind === "install") await installs.carryOn(open.install, open.state, signal);
    else await actions.carryOn(open.action, open.state, signal);
  }

  async #ringOrNextTry(signal: AbortSignal): Promise<void> {
    const { clock } = this.#deps;
    const nextTryMs = this.#runners?.installs.nextTryMs();
    const timer = nextTryMs === undefined ? undefined : clock.after(nextTryMs, () => this.#bell.ring());
    try {
      await this.#bell.wait(signal);
    } finally {
      timer?.cancel();
    }
  }
}

function orderOf(open: OpenOrder): Order {
  return open.kind === "install" ? open.install : open.action;
}

/** When the journal itself cannot be written, as on a full disk. */
const TROUBLE_RETRY: RetrySchedule = { firstMs: 1000, maxMs: 60_000 };
