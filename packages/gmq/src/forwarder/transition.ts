/**
 * How one device's queue is emptied, as a pure function: oldest first, one batch at a time, and on to the next only
 * when the server has the last, or refuses it for good.
 *
 * On disk in every phase: all messages of the batch. After a restart they are sent again with the same numbers,
 * so a server that has them already drops the repeat.
 */
import type { MonotonicMs } from "@gateway-engine/core/clock";
import type { Transition } from "@gateway-engine/core/state-machine";
import type { Lane } from "../spool/lane.ts";
import type { QueuedMessage } from "../spool/message.ts";
import { type Batch, countMoved } from "./batch.ts";
import { moveConflicts } from "./conflicts.ts";
import { type Moves, moveBehind, movesAfter, NO_MOVES } from "./moves.ts";
import type { Outcome } from "./outcome.ts";

export interface ForwarderState {
  readonly phase: Phase;
  /** Messages at the head of the queue that are sent one by one, since the server refused them together. */
  readonly alone: number;
  /** When the server last took a batch; -Infinity: not yet. */
  readonly sentAt: MonotonicMs;
  /** Points that the server has at later times than their own. */
  readonly moves: Moves;
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
  | { readonly kind: "storing"; readonly step: StoreStep; readonly failures: number };

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
  | { readonly kind: "acknowledge"; readonly lane: Lane; readonly messages: readonly QueuedMessage[] }
  | { readonly kind: "set-aside"; readonly lane: Lane; readonly message: QueuedMessage; readonly reason: string };

export type ForwarderEvent =
  | { readonly kind: "queued"; readonly messageKind: "write" | "record" }
  /** `more`: the queue holds messages beyond the batch. */
  | {
      readonly kind: "loaded";
      readonly batch: Batch | undefined;
      readonly more: boolean;
      readonly at: MonotonicMs;
    }
  | { readonly kind: "load-failed"; readonly reason: string }
  | { readonly kind: "cik"; readonly cik: string }
  | { readonly kind: "answered"; readonly outcome: Outcome; readonly at: MonotonicMs }
  | { readonly kind: "stored" }
  | { readonly kind: "store-failed"; readonly reason: string }
  /** The wait that an effect asked for is over. */
  | { readonly kind: "due" }
  | { readonly kind: "reconfigured" }
  /** Somebody wants everything to be sent now. */
  | { readonly kind: "drain" };

export type ForwarderEffect =
  | { readonly kind: "load"; readonly messages: number }
  | { readonly kind: "wait"; readonly ms: number }
  | { readonly kind: "back-off"; readonly failures: number; readonly retryAfterMs: number }
  | { readonly kind: "obtain-cik"; readonly refused: string | undefined }
  | { readonly kind: "send"; readonly batch: Batch; readonly cik: string }
  | { readonly kind: "store"; readonly step: StoreStep }
  | { readonly kind: "log"; readonly level: "info" | "warn" | "error"; readonly message: string };

export interface ForwarderConfig {
  /** Most messages in one batch. */
  readonly batchQty: number;
  /** Records wait this long for company, counted from the last batch. Writes never wait. */
  readonly batchRecordPeriodMs: number;
}

type Step = Transition<ForwarderState, ForwarderEffect>;

export const INITIAL_STATE: ForwarderState = {
  phase: { kind: "idle" },
  alone: 0,
  sentAt: Number.NEGATIVE_INFINITY,
  moves: NO_MOVES,
};

/** A message that the server refuses is sent so often, the batch that it first was in not counted. */
export const MAX_REFUSALS = 3;

/** Each 409 moves points twice as far as the one before: after so many, by over an hour. */
export const MAX_CONFLICTS = 12;

/** Total: an event that means nothing in a phase leaves the state as it is. */
export function next(state: ForwarderState, event: ForwarderEvent, config: ForwarderConfig): Step {
  const { phase } = state;
  if (event.kind === "drain") return drain(state, config);
  switch (phase.kind) {
    case "idle":
      return event.kind === "queued" ? load(state, config) : stay(state);
    case "loading":
      return whileLoading(state, phase, event, config);
    case "gathering":
      return whileGathering(state, phase, event, config);
    case "waiting-for-cik":
      return event.kind === "cik" ? send(state, { ...phase.work, refusedCik: undefined }, event.cik) : stay(state);
    case "sending":
      return event.kind === "answered" ? afterAnswer(state, phase, event, config) : stay(state);
    case "backing-off":
      return event.kind === "due" ? obtainCik(state, phase.work) : stay(state);
    case "storing":
      return whileStoring(state, phase, event, config);
  }
}

/** Records wait for company no longer, and a batch that failed is tried again. */
function drain(state: ForwarderState, config: ForwarderConfig): Step {
  const { phase } = state;
  const hurried = { ...state, sentAt: Number.NEGATIVE_INFINITY };
  if (phase.kind === "gathering") return load(hurried, config);
  if (phase.kind === "backing-off") return obtainCik(hurried, phase.work);
  return stay(hurried);
}

type In<Kind extends Phase["kind"]> = Extract<Phase, { kind: Kind }>;

function whileLoading(
  state: ForwarderState,
  phase: In<"loading">,
  event: ForwarderEvent,
  config: ForwarderConfig,
): Step {
  switch (event.kind) {
    case "queued":
      return to(state, { ...phase, missed: true });
    case "load-failed": {
      const failures = phase.failures + 1;
      const message = `cannot read the queue: ${event.reason}`;
      return to(state, { ...phase, failures }, [{ kind: "log", level: "error", message }, backOff(failures)]);
    }
    case "due":
      return phase.failures > 0 ? load(state, config, phase.failures) : stay(state);
    case "loaded": {
      if (event.batch === undefined) return phase.missed ? load(state, config) : to(state, { kind: "idle" });
      const waitMs = state.sentAt + config.batchRecordPeriodMs - event.at;
      if (event.more || waitMs <= 0 || isUrgent(state, event.batch, config)) return begin(state, event.batch);
      if (phase.missed) return load(state, config);
      return to(state, { kind: "gathering", count: event.batch.messages.length }, [{ kind: "wait", ms: waitMs }]);
    }
    default:
      return stay(state);
  }
}

function isUrgent(state: ForwarderState, { messages }: Batch, config: ForwarderConfig): boolean {
  return state.alone > 0 || messages.length >= config.batchQty || messages.some(({ kind }) => kind === "write");
}

function whileGathering(
  state: ForwarderState,
  phase: In<"gathering">,
  event: ForwarderEvent,
  config: ForwarderConfig,
): Step {
  if (event.kind === "due" || event.kind === "reconfigured") return load(state, config);
  if (event.kind !== "queued") return stay(state);
  const count = phase.count + 1;
  return event.messageKind === "write" || count >= config.batchQty
    ? load(state, config)
    : to(state, { kind: "gathering", count });
}

function afterAnswer(
  state: ForwarderState,
  { work, cik }: In<"sending">,
  { outcome, at }: Extract<ForwarderEvent, { kind: "answered" }>,
  config: ForwarderConfig,
): Step {
  switch (outcome.kind) {
    case "accepted": {
      const alone = Math.max(0, state.alone - 1);
      const step = { kind: "acknowledge", lane: work.batch.lane, messages: work.batch.messages } as const;
      const moves = movesAfter(work.batch, state.moves);
      return store({ ...state, alone, sentAt: at, moves }, step, afterwards(work));
    }
    case "unauthorized": {
      const refused = { ...work, unauthorized: work.unauthorized + 1, refusedCik: cik };
      // The first new CIK is used at once; a server that refuses that one too is given time.
      if (work.unauthorized === 0) return obtainCik(state, refused);
      return to(state, { kind: "backing-off", work: refused }, [backOff(work.unauthorized)]);
    }
    case "conflict": {
      const conflicts = work.conflicts + 1;
      if (conflicts > MAX_CONFLICTS) return rejected(state, work, "the server has points at all of its times", config);
      return send(state, { ...work, conflicts, batch: moveConflicts(work.batch, outcome.conflicts, conflicts) }, cik);
    }
    case "rejected":
      return rejected(state, work, outcome.reason, config);
    case "unavailable": {
      const failures = work.failures + 1;
      const log: ForwarderEffect[] =
        failures === 1 ? [{ kind: "log", level: "warn", message: `data waits: ${outcome.reason}` }] : [];
      return to(state, { kind: "backing-off", work: { ...work, failures } }, [
        ...log,
        backOff(failures, outcome.retryAfterMs),
      ]);
    }
  }
}

/** Nothing of a refused batch was stored, so its messages can be sent one by one, to find the one that is meant. */
function rejected(state: ForwarderState, work: Work, reason: string, config: ForwarderConfig): Step {
  const [message, second] = work.batch.messages;
  if (message === undefined) return stay(state);
  if (second !== undefined) return load({ ...state, alone: work.batch.messages.length }, config);
  const refusals = work.refusals + 1;
  if (refusals < MAX_REFUSALS) {
    return to(state, { kind: "backing-off", work: { ...work, refusals } }, [backOff(refusals)]);
  }
  const log = { kind: "log", level: "warn", message: `a message was set aside: ${reason}` } as const;
  return store(
    { ...state, alone: Math.max(0, state.alone - 1) },
    { kind: "set-aside", lane: work.batch.lane, message, reason },
    [log],
  );
}

function whileStoring(
  state: ForwarderState,
  phase: In<"storing">,
  event: ForwarderEvent,
  config: ForwarderConfig,
): Step {
  switch (event.kind) {
    case "stored":
      return load(state, config);
    case "store-failed": {
      const failures = phase.failures + 1;
      const message = `cannot take sent data off the queue: ${event.reason}`;
      return to(state, { ...phase, failures }, [{ kind: "log", level: "error", message }, backOff(failures)]);
    }
    case "due":
      return phase.failures > 0 ? to(state, phase, [{ kind: "store", step: phase.step }]) : stay(state);
    default:
      return stay(state);
  }
}

function afterwards({ failures, batch }: Work): readonly ForwarderEffect[] {
  const moved = countMoved(batch);
  const lines = [
    ...(failures > 0 ? [`data flows again after ${failures} tries that failed`] : []),
    ...(moved > 0 ? [`the times of ${moved} values were moved, since the server takes one a second`] : []),
  ];
  return lines.map((message) => ({ kind: "log", level: "info", message }));
}

function load(state: ForwarderState, config: ForwarderConfig, failures = 0): Step {
  const messages = state.alone > 0 ? 1 : config.batchQty;
  return to(state, { kind: "loading", missed: false, failures }, [{ kind: "load", messages }]);
}

function begin(state: ForwarderState, batch: Batch): Step {
  return obtainCik(state, {
    batch: moveBehind(batch, state.moves),
    failures: 0,
    refusals: 0,
    conflicts: 0,
    unauthorized: 0,
    refusedCik: undefined,
  });
}

function obtainCik(state: ForwarderState, work: Work): Step {
  return to(state, { kind: "waiting-for-cik", work }, [{ kind: "obtain-cik", refused: work.refusedCik }]);
}

function send(state: ForwarderState, work: Work, cik: string): Step {
  return to(state, { kind: "sending", work, cik }, [{ kind: "send", batch: work.batch, cik }]);
}

function store(state: ForwarderState, step: StoreStep, effects: readonly ForwarderEffect[]): Step {
  return to(state, { kind: "storing", step, failures: 0 }, [...effects, { kind: "store", step }]);
}

function backOff(failures: number, retryAfterMs = 0): ForwarderEffect {
  return { kind: "back-off", failures, retryAfterMs };
}

function stay(state: ForwarderState): Step {
  return { state, effects: [] };
}

function to(state: ForwarderState, phase: Phase, effects: readonly ForwarderEffect[] = []): Step {
  return { state: { ...state, phase }, effects };
}
