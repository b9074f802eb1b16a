import type { MonotonicMs } from "@gateway-engine/core/clock";
import { describeError } from "@gateway-engine/core/errors";
import type { Logger } from "@gateway-engine/core/logger";
import type { RetrySchedule } from "@gateway-engine/core/retry";
import { DEPLOYMENT_STATUS_ALIAS } from "@gateway-engine/protocol/gateway-resources";
import type { InstallProgress } from "@gateway-engine/protocol/local-control";
import type { DeploymentStatus } from "@gateway-engine/protocol/reports";
import { Doorbell } from "../doorbell.ts";
import type { ProgressHub } from "../install/progress.ts";
import { describeState } from "../install/state.ts";
import type { Journal } from "../journal/journal.ts";
import type { Order } from "../journal/orders.ts";
import type { Cloud } from "./cloud.ts";
import { isRefusal, type KeepSendingDeps, keepSending } from "./keep-sending.ts";

export interface DeploymentSenderDeps extends KeepSendingDeps {
  readonly progress: Pick<ProgressHub, "subscribe">;
  readonly journal: Pick<Journal, "lastEnd">;
  readonly cloud: Pick<Cloud, "write">;
  readonly log: Logger;
}

/**
 * Writes into `deployment_status` how the installs that the cloud ordered go on: each state as soon as it is entered, and a
 * download every ten seconds. Of an install only the latest waits for the server, and nothing waits for this.
 */
export class DeploymentSender {
  readonly #deps: DeploymentSenderDeps;
  readonly #bell = new Doorbell();
  /** By install, in the order in which they began. */
  readonly #waiting = new Map<string, DeploymentStatus>();
  /** When the download that is under way was told of last. */
  #toldAt: MonotonicMs | undefined;
  /** The server has refused the alias: until then nothing is sent. */
  #pausedUntil: MonotonicMs = 0;

  constructor(deps: DeploymentSenderDeps) {
    this.#deps = deps;
    deps.progress.subscribe((order, progress) => this.#note(order, progress));
  }

  /** How the last install has ended may not have come through before the engine was ended. */
  recall(): void {
    const last = this.#deps.journal.lastEnd();
    if (last === undefined) return;
    const { install, state, at } = last;
    this.#wait({ ...base(install, at), state: state.kind, message: describeState(state) });
  }

  /** Sends until `signal` aborts, then rejects with its reason. */
  run(signal: AbortSignal): Promise<never> {
    const sending = {
      sendAll: (until: AbortSignal) => this.sendAll(until),
      bell: this.#bell,
      retry: RETRY,
      onFailure: (error: unknown) => this.#deps.log.debug(`deployment_status was not sent: ${describeError(error)}`),
    };
    return keepSending(this.#deps, sending, signal);
  }

  /** Sends what waits now. @throws what the line answered; what was not sent goes on waiting */
  async sendAll(signal: AbortSignal): Promise<void> {
    const { cloud } = this.#deps;
    for (let next = this.#next(); next !== undefined; next = this.#next()) {
      const status = next;
      try {
        await cloud.write([[DEPLOYMENT_STATUS_ALIAS, JSON.stringify(status)]], signal);
      } catch (error) {
        if (signal.aborted || !isRefusal(error)) throw error;
        this.#pause(error);
        return;
      }
      if (this.#waiting.get(status.install) === status) this.#waiting.delete(status.install);
    }
  }

  #next(): DeploymentStatus | undefined {
    const [next] = this.#waiting.values();
    return next;
  }

  #note(order: Order, progress: InstallProgress): void {
    const { clock } = this.#deps;
    const monotonic = clock.monotonic();
    if (order.commandSource !== "cloud" || monotonic < this.#pausedUntil) return;
    const status = statusOf(order, progress, clock.now());
    if (status === undefined) return;
    if (progress.kind === "progress") {
      if (this.#toldAt !== undefined && monotonic - this.#toldAt < DOWNLOAD_MS) return;
      this.#toldAt = monotonic;
    } else {
      this.#toldAt = undefined;
    }
    this.#wait(status);
  }

  #wait(status: DeploymentStatus): void {
    this.#waiting.set(status.install, status);
    const [oldest] = this.#waiting.keys();
    if (this.#waiting.size > MAX_WAITING && oldest !== undefined) this.#waiting.delete(oldest);
    this.#bell.ring();
  }

  #pause(error: unknown): void {
    const { clock, log } = this.#deps;
    if (this.#pausedUntil === 0) log.info(`the server does not take deployment_status: ${describeError(error)}`);
    this.#pausedUntil = clock.monotonic() + PAUSE_MS;
    this.#waiting.clear();
  }
}

function statusOf(order: Order, progress: InstallProgress, at: number): DeploymentStatus | undefined {
  switch (progress.kind) {
    case "state":
      return { ...base(order, at), state: progress.state, message: progress.message };
    case "progress": {
      const { received, total, secondsLeft } = progress;
      const estimate = secondsLeft === null ? {} : { seconds_left: secondsLeft };
      return { ...base(order, at), state: "downloading", received, total, ...estimate, message: "" };
    }
    default:
      return undefined;
  }
}

function base({ id, verb, name, deployment }: Order, at: number) {
  const what = verb === "install" ? { name } : { verb, name };
  return { install: id, ...what, ...(deployment === undefined ? {} : { deployment }), at };
}

const DOWNLOAD_MS = 10_000;

/** Installs that end while the server is away, before the first of them is forgotten. */
const MAX_WAITING = 20;

/** The server may have learnt the alias by then. */
const PAUSE_MS = 3_600_000;

const RETRY: RetrySchedule = { firstMs: 1000, maxMs: 60_000 };
