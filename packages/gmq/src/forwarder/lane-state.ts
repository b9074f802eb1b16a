/**
 * The states of a lane's way to one upstream. A lane is one device's messages of one priority.
 *
 * On disk in every phase: all messages of the batch. After a restart they are sent again with the same numbers,
 * so a server that has them already drops the repeat.
 */
import type { MonotonicMs } from "@gateway-engine/core/clock";
import type { Transition } from "@gateway-engine/core/state-machine";
import type { MessageKind, Progress, QueuedMessage } from "../spool/message.ts";
import type { Batch } from "./batch.ts";
import type { Moves } from "./moves.ts";
import type { Outcome } from "./outcome.ts";
import { NOTHING_TAKEN, type Taken } from "./taken.ts";

export interface LaneState {
  readonly phase: Phase;
  /** Number that the next batch begins at, or after; undefined: where the upstream stands on disk. */
  readonly from: number | undefined;
  /** Most messages of the next batch, since the server refused a larger one; undefined: as many as configured. */
  readonly most: number | undefined;
  /** Whether there was more than one batch when the lane was last looked at. */
  readonly backlog: boolean;
  /** Messages that were set aside one after the other. */
  readonly setAside: number;
  /** When the server last took a batch; -Infinity: not yet. */
  readonly sentAt: MonotonicMs;
  /** Points that the server has at later times than their own; undefined: not read yet. */
  readonly moves: Moves | undefined;
  /** What the server has of a batch that it takes one alias at a time. */
  readonly taken: Taken;
}

export type Phase =
  | { readonly kind: "idle" }
  /** `missed`: something was queued after the read began, and may not be in it. */
  | { readonly kind: "loading"; readonly missed: boolean; readonly failures: number }
  /** Only records are queued; they wait for company until the period is over. */
  | { readonly kind: "gathering"; readonly count: number }
  | { readonly kind: "waiting-for-cik"; readonly work: Work }
  | { readonly kind: "sending"; readonly work: Work; readonly cik: string }
  | { readonly kind: "backing-off"; readonly work: Work }
  /** The steps before this one are not on disk yet. */
  | { readonly kind: "storing" };

/** A batch on its way, and what has befallen it. */
export interface Work {
  readonly batch: Batch;
  /** Sends in a row without a clear answer. */
  readonly failures: number;
  /** Times that the server refused it for good. */
  readonly refusals: number;
  /** Times that timestamps had to be moved. */
  readonly conflicts: number;
  /** CIKs in a row that were refused, and the last of them. */
  readonly unauthorized: number;
  readonly refusedCik: string | undefined;
}

export type StoreStep =
  | { readonly kind: "acknowledge"; readonly progress: Progress }
  | { readonly kind: "set-aside"; readonly message: QueuedMessage; readonly reason: string };

export type LaneEvent =
  | { readonly kind: "queued"; readonly messageKind: MessageKind }
  /** `more`: the lane holds messages beyond the batch. `moves`: as they are on disk. */
  | {
      readonly kind: "loaded";
      readonly batch: Batch | undefined;
      readonly more: boolean;
      readonly moves: Moves;
      readonly at: MonotonicMs;
    }
  | { readonly kind: "load-failed"; readonly reason: string }
  | { readonly kind: "cik"; readonly cik: string }
  /** The same, but meanwhile a message of the batch has expired, or was given up for want of room. */
  | { readonly kind: "stale" }
  | { readonly kind: "answered"; readonly outcome: Outcome; readonly taken: Taken; readonly at: MonotonicMs }
  /** The steps before the one that was to be stored are on disk. */
  | { readonly kind: "stored" }
  /** The wait that an effect asked for is over. */
  | { readonly kind: "due" }
  | { readonly kind: "reconfigured" }
  /** Somebody wants everything to be sent now. */
  | { readonly kind: "drain" };

export interface LoadRequest {
  readonly from: number | undefined;
  readonly messages: number;
}

export type LaneEffect =
  | { readonly kind: "load"; readonly request: LoadRequest }
  /** What will probably be asked for next. */
  | { readonly kind: "read-ahead"; readonly request: LoadRequest }
  | { readonly kind: "wait"; readonly ms: number }
  | { readonly kind: "back-off"; readonly failures: number; readonly retryAfterMs: number }
  | { readonly kind: "obtain-cik"; readonly refused: string | undefined }
  | { readonly kind: "send"; readonly batch: Batch; readonly cik: string; readonly taken: Taken }
  | { readonly kind: "store"; readonly step: StoreStep }
  | { readonly kind: "log"; readonly level: "info" | "warn" | "error"; readonly message: string };

export interface ForwarderConfig {
  /** Records that do not wait for further company, and most messages in one batch unless there is a backlog. */
  readonly batchQty: number;
  /** Records wait this long for company, counted from the last batch. Writes never wait. */
  readonly batchRecordPeriodMs: number;
}

export type Step = Transition<LaneState, LaneEffect>;

export const INITIAL_STATE: LaneState = {
  phase: { kind: "idle" },
  from: undefined,
  most: undefined,
  backlog: false,
  setAside: 0,
  sentAt: Number.NEGATIVE_INFINITY,
  moves: undefined,
  taken: NOTHING_TAKEN,
};

/** Most messages in one batch while there is a backlog, unless `batch_qty` is more. */
export const BACKLOG_BATCH = 2000;

/** Whether a less urgent lane of the same device has to wait. One that the server has answered is no hindrance to others. */
export function isUnderWay({ phase }: LaneState): boolean {
  if (phase.kind === "backing-off") return phase.work.refusals === 0;
  return phase.kind !== "idle" && phase.kind !== "gathering";
}
