/** The steps that the transitions of a lane are made of. */
import {
  BACKLOG_BATCH,
  type ForwarderConfig,
  type LaneEffect,
  type LaneState,
  type Phase,
  type Step,
  type StoreStep,
  type Work,
} from "./lane-state.ts";

export function stay(state: LaneState): Step {
  return { state, effects: [] };
}

export function to(state: LaneState, phase: Phase, effects: readonly LaneEffect[] = []): Step {
  return { state: { ...state, phase }, effects };
}

export function load(state: LaneState, config: ForwarderConfig, failures = 0): Step {
  const request = { from: state.from, messages: batchSize(state, config) };
  return to(state, { kind: "loading", missed: false, failures }, [{ kind: "load", request }]);
}

export function obtainCik(state: LaneState, work: Work): Step {
  return to(state, { kind: "waiting-for-cik", work }, [{ kind: "obtain-cik", refused: work.refusedCik }]);
}

export function send(state: LaneState, work: Work, cik: string): Step {
  return to(state, { kind: "sending", work, cik }, [{ kind: "send", batch: work.batch, cik, taken: state.taken }]);
}

export function store(state: LaneState, step: StoreStep, effects: readonly LaneEffect[]): Step {
  return to(state, { kind: "storing" }, [...effects, { kind: "store", step }]);
}

export function backOff(failures: number, retryAfterMs = 0): LaneEffect {
  return { kind: "back-off", failures, retryAfterMs };
}

/** Messages in the next batch. */
export function batchSize({ most, backlog }: LaneState, { batchQty }: ForwarderConfig): number {
  return Math.min(most ?? Number.POSITIVE_INFINITY, backlog ? Math.max(batchQty, BACKLOG_BATCH) : batchQty);
}

/** After a batch that went through: back to the full size, in steps. */
export function enlarge(state: LaneState): LaneState {
  const most = (state.most ?? BACKLOG_BATCH) * 2;
  return { ...state, most: most >= BACKLOG_BATCH ? undefined : most };
}
