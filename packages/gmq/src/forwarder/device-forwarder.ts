/** Empties the queue of one device: carries out what the transition function asks for. */
import type { Clock, Timer } from "@gateway-engine/core/clock";
import { describeError } from "@gateway-engine/core/errors";
import type { Logger } from "@gateway-engine/core/logger";
import type { Random } from "@gateway-engine/core/random";
import { retryDelayMs } from "@gateway-engine/core/retry";
import { StateMachine } from "@gateway-engine/core/state-machine";
import type { DeviceClient } from "@gateway-engine/device-client/device-client";
import { DEVICE_API_PATHS } from "@gateway-engine/protocol/device-api";
import { formatSequence, SEQUENCE_HEADER } from "@gateway-engine/protocol/sequence";
import { type Lane, priorityOfLane } from "../spool/lane.ts";
import type { Head, QueueDevice, QueuedMessage } from "../spool/message.ts";
import { MAIN_UPSTREAM } from "../spool/schema.ts";
import type { BatchLimits } from "../spool/spool-store.ts";
import { type Batch, makeBatch } from "./batch.ts";
import type { Gate } from "./gate.ts";
import { type Outcome, outcomeOf, outcomeOfFailure } from "./outcome.ts";
import { formatRecordBody } from "./record-body.ts";
import {
  type ForwarderConfig,
  type ForwarderEffect,
  type ForwarderEvent,
  type ForwarderState,
  INITIAL_STATE,
  next,
  type StoreStep,
} from "./transition.ts";

export interface ForwarderDeps {
  readonly spool: ForwarderSpool;
  /** Resolves when there is a CIK that is not `refused`; rejects only when the program ends. */
  readonly obtainCik: (device: number, refused: string | undefined) => Promise<string>;
  readonly clientFor: (device: QueueDevice) => Promise<Pick<DeviceClient, "send">>;
  /** Read at each step, so that a changed configuration takes effect at once. */
  readonly config: () => ForwarderConfig;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

/** What a forwarder needs of the queue. */
export interface ForwarderSpool {
  readonly id: string;
  device(id: number): QueueDevice | undefined;
  waiting(upstream: string): Promise<readonly number[]>;
  head(upstream: string, device: number, limits: BatchLimits): Promise<Head | undefined>;
  acknowledge(upstream: string, lane: Lane, messages: readonly QueuedMessage[]): Promise<void>;
  setAside(upstream: string, lane: Lane, message: QueuedMessage, reason: string): Promise<void>;
}

/** Bodies of one batch, in bytes; a single larger message is sent by itself. */
const MAX_BATCH_BYTES = 512 * 1024;

const BACK_OFF = { firstMs: 500, maxMs: 30_000 } as const;

/** A server that asks for more is asked again anyway. */
const LONGEST_RETRY_AFTER_MS = 3_600_000;

export class DeviceForwarder {
  readonly #device: QueueDevice;
  readonly #deps: ForwarderDeps;
  readonly #gate: Gate;
  readonly #signal: AbortSignal;
  readonly #machine: StateMachine<ForwarderState, ForwarderEvent, ForwarderEffect>;
  #timer: Timer | undefined;

  /** @param signal ends all work; @param gate bounds how many devices send at once */
  constructor(device: QueueDevice, deps: ForwarderDeps, gate: Gate, signal: AbortSignal) {
    this.#device = device;
    this.#deps = deps;
    this.#gate = gate;
    this.#signal = signal;
    this.#machine = new StateMachine({
      initial: INITIAL_STATE,
      next: (state, event: ForwarderEvent) => next(state, event, deps.config()),
      perform: (effect: ForwarderEffect) => this.#perform(effect),
    });
    signal.addEventListener("abort", () => this.#timer?.cancel(), { once: true });
  }

  queued(messageKind: "write" | "record"): void {
    this.#send({ kind: "queued", messageKind });
  }

  drain(): void {
    this.#send({ kind: "drain" });
  }

  configChanged(): void {
    this.#send({ kind: "reconfigured" });
  }

  #send(event: ForwarderEvent): void {
    if (!this.#signal.aborted) this.#machine.send(event);
  }

  #perform(effect: ForwarderEffect): void {
    // Whatever is begun now ends the wait before it.
    if (effect.kind !== "log") this.#timer?.cancel();
    switch (effect.kind) {
      case "load":
        void this.#load(effect.messages);
        break;
      case "wait":
        this.#wait(effect.ms);
        break;
      case "back-off":
        this.#wait(this.#backOffMs(effect.failures, effect.retryAfterMs));
        break;
      case "obtain-cik":
        void this.#obtainCik(effect.refused);
        break;
      case "send":
        void this.#forward(effect.batch, effect.cik);
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

  #backOffMs(failures: number, retryAfterMs: number): number {
    return retryDelayMs(BACK_OFF, failures, this.#deps.random, Math.min(retryAfterMs, LONGEST_RETRY_AFTER_MS));
  }

  async #load(messages: number): Promise<void> {
    const { spool, clock } = this.#deps;
    try {
      const head = await spool.head(MAIN_UPSTREAM, this.#device.id, { messages, bytes: MAX_BATCH_BYTES });
      const batch = head === undefined ? undefined : makeBatch(head.lane, head.messages);
      this.#send({ kind: "loaded", batch, more: head?.more ?? false, at: clock.monotonic() });
    } catch (error) {
      this.#send({ kind: "load-failed", reason: describeError(error) });
    }
  }

  async #obtainCik(refused: string | undefined): Promise<void> {
    try {
      this.#send({ kind: "cik", cik: await this.#deps.obtainCik(this.#device.id, refused) });
    } catch (error) {
      if (!this.#signal.aborted) this.#deps.log.error(`no CIK: ${describeError(error)}`);
    }
  }

  async #forward(batch: Batch, cik: string): Promise<void> {
    const outcome = await this.#gate.pass(() => this.#post(batch, cik));
    this.#send({ kind: "answered", outcome, at: this.#deps.clock.monotonic() });
  }

  async #post(batch: Batch, cik: string): Promise<Outcome> {
    try {
      const client = await this.#deps.clientFor(this.#device);
      const { lane, first, last } = batch;
      const headers = {
        [SEQUENCE_HEADER]: formatSequence({ spool: numberedAs(this.#deps.spool.id, lane), first, last }),
      };
      const request = { path: DEVICE_API_PATHS.record, body: formatRecordBody(batch.points), headers };
      return outcomeOf(await client.send(request, { cik, signal: this.#signal }));
    } catch (error) {
      return outcomeOfFailure(error);
    }
  }

  async #store(step: StoreStep): Promise<void> {
    const { spool } = this.#deps;
    try {
      if (step.kind === "acknowledge") await spool.acknowledge(MAIN_UPSTREAM, step.lane, step.messages);
      else await spool.setAside(MAIN_UPSTREAM, step.lane, step.message, step.reason);
      this.#send({ kind: "stored" });
    } catch (error) {
      this.#send({ kind: "store-failed", reason: describeError(error) });
    }
  }
}

/** Points are numbered by lane, so each has a name of its own for the server. */
function numberedAs(spool: string, lane: Lane): string {
  const priority = priorityOfLane(lane);
  return priority === "normal" ? spool : `${spool}.${priority}`;
}
