/** Keeps the queue's file in order while the program runs: short steps after something has changed, and nothing while it is idle. */
import type { Clock, MonotonicMs, Timer, Timestamp } from "@gateway-engine/core/clock";
import { describeError } from "@gateway-engine/core/errors";
import type { Logger } from "@gateway-engine/core/logger";
import type { Limits } from "./room/budget.ts";
import { formatReport, lost, reportDueMs } from "./room/loss-report.ts";
import type { Spool } from "./spool.ts";
import type { Losses, UpkeepOutcome } from "./spool-store.ts";

export interface UpkeepDeps {
  readonly spool: Pick<Spool, "losses" | "upkeep" | "shrink" | "keepReserve" | "saveTime" | "msUntil" | "onChange">;
  readonly limits: () => Limits;
  /** Queues the value of `queue_report`. @returns false when it is not known yet who the gateway is */
  readonly report: (value: string, reported: number, signal: AbortSignal) => Promise<boolean>;
  readonly clock: Clock;
  readonly log: Logger;
}

/** From a change to the step after it. */
const DELAY_MS = 1000;
/** Between two steps while there is more to do, so that others come in between. */
const PAUSE_MS = 20;
/** The queue's own time is kept so often while something changes, and the reserve looked after. */
const SAVE_TIME_MS = 60_000;
/** Between two lines in the log about losses. */
const LOG_PERIOD_MS = 60_000;
/** A wait is cut into pieces of this length. */
const LONGEST_WAIT_MS = 3_600_000;

export class Upkeep {
  readonly #deps: UpkeepDeps;
  readonly #stopped = new AbortController();
  #timer: Timer | undefined;
  #dueAt: MonotonicMs = Number.POSITIVE_INFINITY;
  #running = false;
  #gaveBack = false;
  #savedAt: MonotonicMs = 0;
  #reportedAt: MonotonicMs | undefined;
  #loggedAt: MonotonicMs = Number.NEGATIVE_INFINITY;
  #logged: Losses | undefined;
  /** When the first loss was seen that is not reported yet. */
  #lossSince: Timestamp | undefined;

  constructor(deps: UpkeepDeps) {
    this.#deps = deps;
  }

  async start(): Promise<void> {
    this.#logged = await this.#deps.spool.losses();
    this.#savedAt = this.#deps.clock.monotonic();
    this.#deps.spool.onChange(() => this.#within(DELAY_MS));
    this.#within(DELAY_MS);
  }

  stop(): void {
    this.#stopped.abort();
    this.#timer?.cancel();
  }

  /** Makes sure that the next step is not later than in `ms`. */
  #within(ms: number): void {
    const { clock } = this.#deps;
    const dueAt = clock.monotonic() + ms;
    if (this.#stopped.signal.aborted || dueAt >= this.#dueAt) return;
    this.#dueAt = dueAt;
    this.#timer?.cancel();
    this.#timer = clock.after(ms, () => void this.#step());
  }

  async #step(): Promise<void> {
    this.#dueAt = Number.POSITIVE_INFINITY;
    if (this.#running) {
      this.#within(PAUSE_MS);
      return;
    }
    this.#running = true;
    try {
      const outcome = await this.#deps.spool.upkeep();
      this.#gaveBack ||= outcome.gaveBack;
      await this.#tell(outcome.losses);
      if (outcome.more) this.#within(PAUSE_MS);
      else await this.#finish(outcome);
    } catch (error) {
      if (this.#stopped.signal.aborted) return;
      this.#deps.log.warn(`the queue's file was not put in order: ${describeError(error)}`);
      this.#within(SAVE_TIME_MS);
    } finally {
      this.#running = false;
    }
  }

  async #finish({ nextExpiry }: UpkeepOutcome): Promise<void> {
    const { spool, clock } = this.#deps;
    if (this.#gaveBack) await spool.shrink();
    this.#gaveBack = false;
    const saveInMs = this.#savedAt + SAVE_TIME_MS - clock.monotonic();
    if (saveInMs <= 0) {
      await spool.keepReserve();
      await spool.saveTime();
      this.#savedAt = clock.monotonic();
    } else {
      this.#within(saveInMs);
    }
    if (nextExpiry !== undefined)
      this.#within(Math.min(Math.max(spool.msUntil(nextExpiry), DELAY_MS), LONGEST_WAIT_MS));
  }

  async #tell(losses: Losses): Promise<void> {
    const { clock, limits, report } = this.#deps;
    const dueMs = reportDueMs(losses, this.#reportedAt, clock.monotonic());
    this.#log(losses);
    if (dueMs === undefined) return;
    this.#lossSince ??= clock.now();
    if (dueMs > 0) {
      this.#within(dueMs);
      return;
    }
    const value = formatReport(losses, limits(), this.#lossSince);
    if (await report(value, lost(losses), this.#stopped.signal)) this.#lossSince = undefined;
    // Who the gateway is may become known later.
    this.#reportedAt = clock.monotonic();
  }

  #log(losses: Losses): void {
    const { clock, log, limits } = this.#deps;
    const before = this.#logged ?? losses;
    this.#logged ??= losses;
    const dropped = losses.dropped - before.dropped;
    const expired = losses.expired - before.expired;
    const discarded = losses.discarded - before.discarded;
    if (dropped + expired + discarded === 0) return;
    const waitMs = this.#loggedAt + LOG_PERIOD_MS - clock.monotonic();
    if (waitMs > 0) {
      this.#within(waitMs);
      return;
    }
    this.#logged = losses;
    this.#loggedAt = clock.monotonic();
    if (dropped > 0)
      log.warn(`${dropped} messages were dropped, since there was no room (when_full = ${limits().whenFull})`);
    if (discarded > 0) log.warn(`${discarded} messages that were set aside were removed, since there were too many`);
    if (expired > 0) log.info(`${expired} messages were not forwarded, since their time was over`);
  }
}
