import type { Clock, Timestamp } from "@gateway-engine/core/clock";
import { AuthenticationError, describeError, errorTrace, GatewayEngineError, isBug } from "@gateway-engine/core/errors";
import type { Logger } from "@gateway-engine/core/logger";
import type { Random } from "@gateway-engine/core/random";
import { type RetrySchedule, retryDelayMs } from "@gateway-engine/core/retry";
import type { Activation } from "../identity/activation.ts";
import { engineError } from "../install/report.ts";
import type { Journal } from "../journal/journal.ts";
import type { Cloud } from "./cloud.ts";
import type { CommandIntake } from "./command-intake.ts";
import type { CommandListener } from "./command-listener.ts";
import type { IntervalIntake } from "./interval-intake.ts";
import type { ReportSender } from "./report-sender.ts";

export interface EngineLoopDeps {
  readonly activation: Pick<Activation, "ensure" | "waitMs" | "problem">;
  readonly cloud: Pick<Cloud, "read">;
  readonly reports: Pick<ReportSender, "send">;
  readonly commands: Pick<CommandIntake, "take">;
  readonly interval: Pick<IntervalIntake, "take">;
  readonly listener: Pick<CommandListener, "mark" | "listen">;
  readonly journal: Pick<Journal, "addResult" | "assertInPlace">;
  readonly pace: Pace;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** A report waits in the journal. */
  readonly onResult: () => void;
}

/** Keeps a fleet from checking in in step. */
export interface Pace {
  /** How long the first check-in waits, of gateways that check in every so many milliseconds. */
  readonly startDelayMs: (intervalMs: number) => number;
  /** The interval as it is kept this time. */
  readonly jittered: (intervalMs: number) => number;
}

export type CheckIn =
  | { readonly kind: "done" }
  | { readonly kind: "failed"; readonly error: unknown }
  /** The server does not know this gateway, or cannot be asked. */
  | { readonly kind: "not-activated"; readonly error: unknown };

/** The engine's main loop: activate, report, look for commands; then listen until the next check-in. */
export class EngineLoop {
  readonly #deps: EngineLoopDeps;
  #intervalSeconds: number;
  /** What went wrong last, so that the same thing is reported once and not at every check-in. */
  #lastTrouble = "";
  #nap: AbortController | undefined;
  #lastCheckIn: CheckIn | undefined;
  #lastDoneAt: Timestamp | undefined;
  readonly #checkIns = { done: 0, failed: 0, "not-activated": 0 };

  /** @param intervalSeconds time between two check-ins */
  constructor(deps: EngineLoopDeps, intervalSeconds: number) {
    this.#deps = deps;
    this.#intervalSeconds = intervalSeconds;
  }

  get intervalSeconds(): number {
    return this.#intervalSeconds;
  }

  /** What came of the last check-in; undefined before the first has ended. */
  get lastCheckIn(): CheckIn | undefined {
    return this.#lastCheckIn;
  }

  /** How many check-ins have ended, by how they ended. */
  get checkIns(): Readonly<Record<CheckIn["kind"], number>> {
    return this.#checkIns;
  }

  /** When the last check-in ended well; undefined before the first. */
  get lastDoneAt(): Timestamp | undefined {
    return this.#lastDoneAt;
  }

  /** Checks in again and again until `signal` aborts, then rejects with its reason. */
  async run(signal: AbortSignal): Promise<never> {
    const { clock, random, activation, pace } = this.#deps;
    await this.#waitToStart(pace.startDelayMs(this.#intervalSeconds * 1000), signal);
    for (let failures = 0; ; ) {
      const begun = clock.monotonic();
      const { kind } = await this.checkIn(signal);
      failures = kind === "failed" ? failures + 1 : 0;
      const intervalMs = this.#intervalSeconds * 1000;
      if (kind === "done") await this.#untilNext(begun + pace.jittered(intervalMs), signal);
      else if (kind === "failed")
        await clock.sleep(Math.min(intervalMs, retryDelayMs(RETRY, failures, random)), signal);
      else await clock.sleep(Math.max(MIN_RETRY_MS, activation.waitMs), signal);
    }
  }

  /** Ends the time between two check-ins: something has happened that the next one sees to. */
  wake(): void {
    this.#nap?.abort();
  }

  /**
   * One check-in. Whatever goes wrong in it is logged, and reported where it is not the line's fault.
   *
   * @throws StorageError E_JOURNAL_LOST
   */
  async checkIn(signal: AbortSignal): Promise<CheckIn> {
    this.#deps.journal.assertInPlace();
    const checkIn = await this.#checkIn(signal);
    this.#lastCheckIn = checkIn;
    this.#checkIns[checkIn.kind] += 1;
    if (checkIn.kind === "done") this.#lastDoneAt = this.#deps.clock.now();
    return checkIn;
  }

  async #checkIn(signal: AbortSignal): Promise<CheckIn> {
    const { activation, cloud, reports, commands, interval, listener, log } = this.#deps;
    try {
      if (!(await activation.ensure(signal))) return { kind: "not-activated", error: activation.problem };
      await reports.send(signal);
      await listener.mark(signal);
      const values = await cloud.read(["engine_fetch", "update_interval"], signal);
      this.#intervalSeconds = (await interval.take(values.get("update_interval"), signal)) ?? this.#intervalSeconds;
      await commands.take(values.get("engine_fetch"), signal);
      log.debug(`checked in; next time in ${this.#intervalSeconds} s`);
      this.#lastTrouble = "";
      return { kind: "done" };
    } catch (error) {
      signal.throwIfAborted();
      this.#tell(error);
      return { kind: error instanceof AuthenticationError ? "not-activated" : "failed", error };
    }
  }

  async #waitToStart(delayMs: number, signal: AbortSignal): Promise<void> {
    if (delayMs === 0) return;
    this.#deps.log.info(`the machine has just started; the first check-in is in ${Math.ceil(delayMs / 1000)} s`);
    const nap = new AbortController();
    this.#nap = nap;
    await this.#deps.clock.sleep(delayMs, AbortSignal.any([signal, nap.signal])).catch(() => signal.throwIfAborted());
    this.#nap = undefined;
  }

  /** Commands that arrive in the meantime are taken at once. */
  async #untilNext(due: number, signal: AbortSignal): Promise<void> {
    const { listener, commands } = this.#deps;
    const nap = new AbortController();
    this.#nap = nap;
    const until = AbortSignal.any([signal, nap.signal]);
    try {
      for (;;) {
        const command = await listener.listen(due, until);
        if (command === undefined) return;
        await commands.take(command, signal);
      }
    } catch (error) {
      signal.throwIfAborted();
      if (!nap.signal.aborted) this.#tell(error);
    } finally {
      this.#nap = undefined;
    }
  }

  #tell(error: unknown): void {
    const { journal, log, onResult } = this.#deps;
    const message = describeError(error);
    if (isBug(error)) log.error(`check-in: ${errorTrace(error)}`);
    else log.warn(`check-in: ${message}`);
    const isOfTheLine =
      error instanceof GatewayEngineError && (error.kind === "transport" || error.kind === "authentication");
    if (isOfTheLine || message === this.#lastTrouble) return;
    this.#lastTrouble = message;
    try {
      journal.addResult(engineError(error));
      onResult();
    } catch (cause) {
      log.error(`this could not be kept for fetch_status: ${describeError(cause)}`);
    }
  }
}

/** So that no disagreement with the server becomes a storm of requests. */
const MIN_RETRY_MS = 1000;
/** After a check-in that failed half-way; the interval may be hours. */
const RETRY: RetrySchedule = { firstMs: 2000, maxMs: 300_000 };
