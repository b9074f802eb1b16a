import type { Clock } from "@gateway-engine/core/clock";
import { CancelledError, describeError } from "@gateway-engine/core/errors";
import type { Logger } from "@gateway-engine/core/logger";
import type { Service } from "@gateway-engine/core/service";
import type { Database } from "../stores.ts";

export interface HistoryRetentionDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Logger;
  /** How long a point is kept after it has arrived. */
  readonly keepMs: number;
}

/** Keeps the history bounded: points that arrived long ago are removed, a few at a time. */
export class HistoryRetention implements Service {
  readonly #deps: HistoryRetentionDeps;
  readonly #stop = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(deps: HistoryRetentionDeps) {
    this.#deps = deps;
  }

  async start(): Promise<void> {
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      try {
        await this.#prune();
        await this.#deps.clock.sleep(PRUNE_EVERY_MS, this.#stop.signal);
      } catch (error) {
        if (error instanceof CancelledError) return;
        this.#deps.log.warn(`old points were not removed: ${describeError(error)}`);
        await this.#deps.clock.sleep(PRUNE_EVERY_MS, this.#stop.signal).catch(() => {});
      }
    }
  }

  async #prune(): Promise<void> {
    const { database, clock, keepMs } = this.#deps;
    const storedBefore = clock.now() - keepMs;
    for (;;) {
      const removed = await database.write(({ values }) => values.pruneHistory(storedBefore, PRUNE_BATCH));
      if (removed < PRUNE_BATCH) return;
      // Requests that wait get their turn between two batches.
      await clock.sleep(PRUNE_PAUSE_MS, this.#stop.signal);
    }
  }
}

const PRUNE_EVERY_MS = 10 * 60 * 1000;
const PRUNE_BATCH = 1000;
const PRUNE_PAUSE_MS = 20;
