/** Empties one lane into one upstream: carries out what the transition function asks for. */
import type { Clock, MonotonicMs, Timer } from "@gateway-engine/core/clock";
import { describeError } from "@gateway-engine/core/errors";
import type { Logger } from "@gateway-engine/core/logger";
import type { Random } from "@gateway-engine/core/random";
import { retryDelayMs } from "@gateway-engine/core/retry";
import { StateMachine } from "@gateway-engine/core/state-machine";
import { type Lane, priorityOfLane } from "../spool/lane.ts";
import type { MessageKind, Progress, QueueDevice, QueuedMessage } from "../spool/message.ts";
import type { Gate } from "./gate.ts";
import { FRESH_MS, LaneReader, type ReadableSpool } from "./lane-reader.ts";
import {
  type ForwarderConfig,
  INITIAL_STATE,
  isUnderWay,
  type LaneEffect,
  type LaneEvent,
  type LaneState,
  type LoadRequest,
  type StoreStep,
} from "./lane-state.ts";
import type { Precedence } from "./precedence.ts";
import { ProgressWriter } from "./progress-writer.ts";
import type { Rest } from "./rest.ts";
import type { Sender } from "./sender.ts";
import { next } from "./transition.ts";

export interface LaneForwarderDeps {
  readonly upstream: string;
  readonly device: QueueDevice;
  readonly spool: ForwarderSpool;
  readonly sender: Pick<Sender, "send">;
  /** Resolves when there is a CIK that is not `refused`; rejects only when the program ends. */
  readonly obtainCik: (refused: string | undefined) => Promise<string>;
  /** Read at each step, so that a changed configuration takes effect at once. */
  readonly config: () => ForwarderConfig;
  /** Bounds how many lanes send at once. */
  readonly gate: Gate;
  readonly precedence: Precedence;
  readonly rest: Rest;
  /** Told why data waits; undefined: it does not. */
  readonly report: (lane: Lane, problem: string | undefined) => void;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

/** What a forwarder needs of the queue. */
export interface ForwarderSpool extends ReadableSpool {
  acknowledge(upstream: string, lane: Lane, progress: Progress): Promise<void>;
  setAside(upstream: string, lane: Lane, message: QueuedMessage, reason: string): Promise<void>;
}

type EffectOf<Kind extends LaneEffect["kind"]> = Extract<LaneEffect, { kind: Kind }>;

/** Nothing is reported before. */
const LATE_CIK_MS = 1000;

const BACK_OFF = { firstMs: 500, maxMs: 30_000 } as const;

export class LaneForwarder {
  readonly #lane: Lane;
  readonly #deps: LaneForwarderDeps;
  readonly #signal: AbortSignal;
  readonly #reader: LaneReader;
  readonly #writer: ProgressWriter;
  readonly #machine: StateMachine<LaneState, LaneEvent, LaneEffect>;
  #timer: Timer | undefined;

  /** @param signal ends all work */
  constructor(lane: Lane, deps: LaneForwarderDeps, signal: AbortSignal) {
    this.#lane = lane;
    this.#deps = deps;
    this.#signal = signal;
    this.#reader = new LaneReader(deps, lane);
    this.#writer = new ProgressWriter(deps, signal);
    this.#machine = new StateMachine({
      initial: INITIAL_STATE,
      next: (state, event: LaneEvent) => next(state, event, deps.config()),
      perform: (effect: LaneEffect) => this.#perform(effect),
    });
    signal.addEventListener("abort", () => this.#timer?.cancel(), { once: true });
  }

  queued(messageKind: MessageKind): void {
    this.#send({ kind: "queued", messageKind });
  }

  drain(): void {
    this.#send({ kind: "drain" });
  }

  configChanged(): void {
    this.#send({ kind: "reconfigured" });
  }

  #send(event: LaneEvent): void {
    if (this.#signal.aborted) return;
    this.#machine.send(event);
    const { state } = this.#machine;
    const { precedence, report } = this.#deps;
    precedence.note(priorityOfLane(this.#lane), isUnderWay(state));
    if (state.phase.kind === "idle") report(this.#lane, undefined);
  }

  #perform(effect: LaneEffect): void {
    // Whatever is begun now ends the wait before it.
    if (effect.kind !== "log" && effect.kind !== "read-ahead") this.#timer?.cancel();
    switch (effect.kind) {
      case "load":
        void this.#load(effect.request);
        break;
      case "read-ahead":
        this.#reader.readAhead(effect.request);
        break;
      case "wait":
        this.#wait(effect.ms);
        break;
      case "back-off":
        this.#wait(retryDelayMs(BACK_OFF, effect.failures, this.#deps.random, effect.retryAfterMs));
        break;
      case "obtain-cik":
        void this.#obtainCik(effect.refused);
        break;
      case "send":
        void this.#forward(effect);
        break;
      case "store":
        void this.#store(effect.step);
        break;
      case "log":
        this.#deps.log[effect.level](effect.message);
    }
  }

  #wait(ms: number): void {
    this.#timer = this.#deps.clock.after(ms, () => this.#send({ kind: "due" }));
  }

  async #load(request: LoadRequest): Promise<void> {
    try {
      await this.#turn();
      const [loaded, moves] = await Promise.all([this.#reader.load(request), this.#reader.moves()]);
      this.#send({ kind: "loaded", ...loaded, moves, at: this.#deps.clock.monotonic() });
    } catch (error) {
      this.#send({ kind: "load-failed", reason: describeError(error) });
    }
  }

  async #obtainCik(refused: string | undefined): Promise<void> {
    const began = this.#deps.clock.monotonic();
    try {
      await this.#turn();
      const cik = await this.#watched(this.#deps.obtainCik(refused));
      this.#send((await this.#isStale(began)) ? { kind: "stale" } : { kind: "cik", cik });
    } catch (error) {
      if (!this.#signal.aborted) this.#deps.log.error(`no CIK: ${describeError(error)}`);
    }
  }

  /** Whether the batch that waits has lost a message since: there is no need to look when it is the first try, at once. */
  async #isStale(since: MonotonicMs): Promise<boolean> {
    const { clock, spool } = this.#deps;
    const { phase } = this.#machine.state;
    if (phase.kind !== "waiting-for-cik") return false;
    const { batch, failures, refusals, unauthorized } = phase.work;
    const isFresh = failures + refusals + unauthorized === 0 && clock.monotonic() - since < FRESH_MS;
    return !isFresh && !(await spool.holds(this.#lane, batch).catch(() => true));
  }

  /** A CIK that is not there at once may take long. */
  async #watched(cik: Promise<string>): Promise<string> {
    const { clock, report } = this.#deps;
    const late = clock.after(LATE_CIK_MS, () =>
      report(this.#lane, "the device has no CIK there yet; the log says why"),
    );
    try {
      return await cik;
    } finally {
      late.cancel();
    }
  }

  async #forward({ batch, cik, taken }: EffectOf<"send">): Promise<void> {
    const { device, sender, gate, rest, clock, report } = this.#deps;
    const sent =
      rest.refusal(taken) ?? (await gate.pass(() => sender.send({ device, batch, cik, taken }, this.#signal)));
    const at = clock.monotonic();
    rest.note(sent.outcome);
    if (sent.outcome.kind === "accepted") report(this.#lane, undefined);
    if (sent.outcome.kind === "unavailable") report(this.#lane, sent.outcome.reason);
    this.#send({ kind: "answered", ...sent, at });
  }

  async #store(step: StoreStep): Promise<void> {
    const { spool, upstream } = this.#deps;
    const lane = this.#lane;
    await this.#writer.write(() =>
      step.kind === "acknowledge"
        ? spool.acknowledge(upstream, lane, step.progress)
        : spool.setAside(upstream, lane, step.message, step.reason),
    );
    this.#send({ kind: "stored" });
  }

  /** More urgent messages of the same device go first. */
  #turn(): Promise<void> | undefined {
    return this.#deps.precedence.turn(priorityOfLane(this.#lane));
  }
}
