import type { Clock, MonotonicMs } from "@gateway-engine/core/clock";
import type { BatchLimits } from "../spool/heads.ts";
import type { Lane } from "../spool/lane.ts";
import type { Head, MessageRange, Progress } from "../spool/message.ts";
import { type Batch, makeBatch } from "./batch.ts";
import type { LoadRequest } from "./lane-state.ts";
import { type Moves, movesOf } from "./moves.ts";

/** What is needed of the queue. */
export interface ReadableSpool {
  head(upstream: string, lane: Lane, limits: BatchLimits): Promise<Head | undefined>;
  progress(upstream: string, lane: Lane): Promise<Progress>;
  /** Whether all of these messages are still to be sent. */
  holds(lane: Lane, messages: MessageRange): Promise<boolean>;
}

export interface LaneReaderDeps {
  readonly spool: ReadableSpool;
  readonly upstream: string;
  readonly clock: Clock;
}

export interface LoadedBatch {
  readonly batch: Batch | undefined;
  /** Whether the lane holds messages beyond the batch. */
  readonly more: boolean;
}

/** Bodies of one batch, in bytes; a single larger message is sent by itself. */
const MAX_BATCH_BYTES = 512 * 1024;

/** A batch that was read so short a time ago is sent without another look. */
export const FRESH_MS = 100;

interface ReadAhead {
  readonly request: LoadRequest;
  readonly at: MonotonicMs;
  readonly loaded: Promise<LoadedBatch | undefined>;
}

/** Reads the batches of one lane, and one of them ahead, so that it is there when the one before is answered. */
export class LaneReader {
  readonly #spool: ReadableSpool;
  readonly #upstream: string;
  readonly #lane: Lane;
  readonly #clock: Clock;
  #ahead: ReadAhead | undefined;
  #moves: Moves | undefined;

  constructor({ spool, upstream, clock }: LaneReaderDeps, lane: Lane) {
    this.#spool = spool;
    this.#upstream = upstream;
    this.#clock = clock;
    this.#lane = lane;
  }

  async load(request: LoadRequest): Promise<LoadedBatch> {
    const ahead = this.#ahead;
    this.#ahead = undefined;
    if (ahead !== undefined && isSame(ahead.request, request)) {
      const loaded = await ahead.loaded;
      // A last batch may have become larger since it was read.
      if (loaded?.more === true && (await this.#isWhole(loaded, ahead.at))) return loaded;
    }
    return this.#read(request);
  }

  readAhead(request: LoadRequest): void {
    this.#ahead = { request, at: this.#clock.monotonic(), loaded: this.#read(request).catch(() => undefined) };
  }

  /** As they were on disk when this was first asked. */
  async moves(): Promise<Moves> {
    this.#moves ??= movesOf((await this.#spool.progress(this.#upstream, this.#lane)).moved);
    return this.#moves;
  }

  /** The batch before may have waited for the server so long that messages of this one have expired, or were given up. */
  async #isWhole({ batch }: LoadedBatch, readAt: MonotonicMs): Promise<boolean> {
    if (batch === undefined || this.#clock.monotonic() - readAt < FRESH_MS) return true;
    return this.#spool.holds(this.#lane, batch);
  }

  async #read({ from, messages }: LoadRequest): Promise<LoadedBatch> {
    const limits = { from, messages, bytes: MAX_BATCH_BYTES };
    const head = await this.#spool.head(this.#upstream, this.#lane, limits);
    return head === undefined
      ? { batch: undefined, more: false }
      : { batch: makeBatch(head.lane, head.messages), more: head.more };
  }
}

function isSame(one: LoadRequest, other: LoadRequest): boolean {
  return one.from === other.from && one.messages === other.messages;
}
