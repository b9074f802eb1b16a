import type { Clock, MonotonicMs } from "@gateway-engine/core/clock";
import { describeError } from "@gateway-engine/core/errors";
import type { Logger } from "@gateway-engine/core/logger";
import type { Journal } from "../journal/journal.ts";
import { type Install, titleOf } from "../journal/orders.ts";
import { FetchMeter } from "./fetch-meter.ts";
import type { Stalled } from "./fetch-package.ts";
import { type InstallEffect, type InstallEvent, type InstallRules, next } from "./next.ts";
import type { OrderLog } from "./order-log.ts";
import type { Preparation } from "./preparation.ts";
import { reportOf, supersededFailure } from "./report.ts";
import { type InstallState, isEnd, NOT_BEGUN_STATES } from "./state.ts";
import type { StepContext } from "./step-context.ts";
import type { InstallSteps } from "./steps.ts";
import type { Tidying } from "./tidying.ts";

export interface InstallRunnerDeps {
  readonly journal: Pick<Journal, "supersededBy" | "nextOrder">;
  readonly steps: Pick<InstallSteps, "perform">;
  readonly preparation: Pick<Preparation, "chooseEarlier">;
  readonly tidying: Pick<Tidying, "tidy">;
  readonly orderLog: OrderLog;
  readonly bootId: () => string;
  readonly clock: Clock;
  readonly log: Logger;
}

/** What is being done for an install that may still be called off. */
interface Underway {
  readonly install: Install;
  readonly effect: InstallEffect["kind"];
  readonly stop: AbortController;
}

/**
 * Takes one install from the last state in the journal to its end.
 *
 * As long as it has not begun to change what is in force, a newer command for the same application ends it; and a download
 * gives way to an order that comes first, and goes on from the byte it had. One that does not come on rests between its tries.
 */
export class InstallRunner {
  readonly #deps: InstallRunnerDeps;
  /** Installs that gave way in this life of the engine: their going on is no restart. */
  readonly #gaveWay = new Set<string>();
  /** Installs whose download does not come on. */
  readonly #stalled = new Map<string, { readonly until: MonotonicMs; readonly reason: string }>();
  #underway: Underway | undefined;

  constructor(deps: InstallRunnerDeps) {
    this.#deps = deps;
  }

  /** Ids of installs whose next try is not due. */
  resting(): readonly string[] {
    const now = this.#deps.clock.monotonic();
    return [...this.#stalled].filter(([, { until }]) => until > now).map(([id]) => id);
  }

  /** Milliseconds until the first of those that rest is tried again. */
  nextTryMs(): number | undefined {
    if (this.#stalled.size === 0) return undefined;
    const dues = Array.from(this.#stalled.values(), ({ until }) => until);
    return Math.max(0, Math.min(...dues) - this.#deps.clock.monotonic());
  }

  /** There is something new in the journal. */
  reconsider(): void {
    const { journal } = this.#deps;
    for (const id of this.#stalled.keys()) {
      if (journal.supersededBy(id) !== undefined) this.#stalled.delete(id);
    }
    if (this.#underway === undefined) return;
    const { install, effect, stop } = this.#underway;
    const isVoid = journal.supersededBy(install.id) !== undefined;
    if (isVoid || (effect === "fetch" && !this.#isNext(install))) stop.abort();
  }

  async carryOn(install: Install, state: InstallState, signal: AbortSignal): Promise<void> {
    const { tidying, orderLog, log } = this.#deps;
    const rules = { name: titleOf(install), ...LIMITS };
    let step = next(state, this.#supersession(install, state) ?? (await this.#firstEvent(install, state)), rules);
    if (step.state !== state) orderLog.enterInstall(install, step.state);
    for (let [effect] = step.effects; effect !== undefined; [effect] = step.effects) {
      const event = await this.#perform(effect, install, step.state, signal);
      if (event === undefined) return;
      step = next(step.state, event, rules);
      orderLog.enterInstall(install, step.state);
    }
    if (!isEnd(step.state)) return;
    await tidying.tidy(install, step.state.kind === "committed" ? step.state.release : undefined).catch((error) => {
      log.warn(`${titleOf(install)}: what is no longer needed could not be removed: ${describeError(error)}`);
    });
    this.#stalled.delete(install.id);
    orderLog.ended(install, step.state.kind === "committed", reportOf(install, step.state).message);
  }

  async #firstEvent(install: Install, state: InstallState): Promise<InstallEvent> {
    if (this.#gaveWay.delete(install.id)) return { kind: "continued" };
    if (state.kind !== "requested") return { kind: "resumed", bootId: this.#deps.bootId() };
    return install.verb === "rollback" ? this.#deps.preparation.chooseEarlier(install.name) : { kind: "begun" };
  }

  /** @returns what came of it; undefined: the install gives way to another order, and is gone on with later */
  async #perform(
    effect: InstallEffect,
    install: Install,
    state: InstallState,
    signal: AbortSignal,
  ): Promise<InstallEvent | undefined> {
    const { steps, orderLog, clock } = this.#deps;
    const onOutput = (text: string) => orderLog.output(install, text);
    const meter = new FetchMeter(clock, (progress) => orderLog.fetched(install, progress));
    const onFetched = (received: number, total: number) => meter.update(received, total);
    const context = { install, signal, onOutput, onFetched };
    const isBegun = !NOT_BEGUN_STATES.includes(state.kind);
    const event = await (isBegun ? steps.perform(effect, context) : this.#performUnlessVoid(effect, state, context));
    if (event?.kind !== "stalled") return event;
    this.#rest(install, event);
    return undefined;
  }

  async #performUnlessVoid(
    effect: InstallEffect,
    state: InstallState,
    context: StepContext,
  ): Promise<InstallEvent | Stalled | undefined> {
    const { install, signal } = context;
    const stop = new AbortController();
    this.#underway = { install, effect: effect.kind, stop };
    try {
      const until = AbortSignal.any([signal, stop.signal]);
      const event = await this.#deps.steps.perform(effect, { ...context, signal: until });
      return this.#supersession(install, state) ?? event;
    } catch (error) {
      if (signal.aborted || !stop.signal.aborted) throw error;
      const supersession = this.#supersession(install, state);
      if (supersession === undefined) this.#gaveWay.add(install.id);
      return supersession;
    } finally {
      this.#underway = undefined;
    }
  }

  #rest(install: Install, { reason, waitMs }: Stalled): void {
    const { clock, log } = this.#deps;
    if (this.#stalled.get(install.id)?.reason !== reason) {
      log.warn(`${titleOf(install)}: the download does not come on, and is tried again and again: ${reason}`);
    }
    this.#stalled.set(install.id, { until: clock.monotonic() + waitMs, reason });
    this.#gaveWay.add(install.id);
  }

  #supersession(install: Install, state: InstallState): InstallEvent | undefined {
    if (!NOT_BEGUN_STATES.includes(state.kind)) return undefined;
    const newer = this.#deps.journal.supersededBy(install.id);
    return newer && { kind: "failed", failure: supersededFailure(install, newer) };
  }

  #isNext({ id }: Install): boolean {
    const open = this.#deps.journal.nextOrder(
      undefined,
      [...this.#stalled.keys()].filter((other) => other !== id),
    );
    return open?.kind === "install" && open.install.id === id;
  }
}

const LIMITS: Omit<InstallRules, "name"> = { maxRestarts: 20, maxDownloadRestarts: 500, maxReboots: 3, maxCuts: 2 };
