/** What the server's answer to a batch, or the lack of one, makes of a lane. */
import { type Batch, countMoved } from "./batch.ts";
import { moveConflicts } from "./conflicts.ts";
import type { ForwarderConfig, LaneEffect, LaneEvent, LaneState, Phase, Step, Work } from "./lane-state.ts";
import { movedPoints, movesAfter, NO_MOVES } from "./moves.ts";
import { backOff, enlarge, load, obtainCik, send, stay, store, to } from "./steps.ts";
import { NOTHING_TAKEN, takenPart } from "./taken.ts";

/** A message that the server refuses is sent so often by itself. */
export const MAX_REFUSALS = 3;

/** Each 409 moves points twice as far as the one before: after so many, by over an hour. */
export const MAX_CONFLICTS = 12;

export function afterAnswer(
  before: LaneState,
  { work, cik }: Extract<Phase, { kind: "sending" }>,
  { outcome, taken, at }: Extract<LaneEvent, { kind: "answered" }>,
  config: ForwarderConfig,
): Step {
  const state = { ...before, taken };
  switch (outcome.kind) {
    case "accepted":
      return accepted({ ...state, sentAt: at }, work);
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
      const log: LaneEffect[] =
        failures === 1 ? [{ kind: "log", level: "warn", message: `data waits: ${outcome.reason}` }] : [];
      const pause = backOff(failures, outcome.retryAfterMs);
      return to(state, { kind: "backing-off", work: { ...work, failures } }, [...log, pause]);
    }
  }
}

function accepted(state: LaneState, { batch, failures }: Work): Step {
  const moved = countMoved(batch);
  const lines = [
    ...(failures > 0 ? [`data flows again after ${failures} tries that failed`] : []),
    ...(moved > 0 ? [`the times of ${moved} values were moved, since the server takes one a second`] : []),
  ];
  const after = pass(enlarge({ ...state, setAside: 0 }), batch, batch.last + 1);
  const progress = { nextSeq: batch.last + 1, moved: movedPoints(after.moves ?? NO_MOVES) };
  const logs = lines.map((message) => ({ kind: "log", level: "info", message }) as const);
  return store(after, { kind: "acknowledge", progress }, logs);
}

/** The next batch begins at `from`; the server has all of `batch`. */
function pass(state: LaneState, batch: Batch, from: number): LaneState {
  return { ...state, from, moves: movesAfter(batch, state.moves ?? NO_MOVES), taken: NOTHING_TAKEN };
}

/**
 * Nothing of a refused batch was stored, or it is known what, so its messages can be sent in smaller batches until the one
 * that is meant is found. Each that is set aside without one between them that the server takes makes the pauses longer,
 * so that a server that refuses everything does not empty the queue.
 */
function rejected(state: LaneState, work: Work, reason: string, config: ForwarderConfig): Step {
  const [message, second] = work.batch.messages;
  if (message === undefined) return stay(state);
  if (second !== undefined) {
    const moves = movesAfter(takenPart(work.batch, state.taken), state.moves ?? NO_MOVES);
    return load({ ...state, moves, most: Math.floor(work.batch.messages.length / 2) }, config);
  }
  const refusals = work.refusals + 1;
  if (refusals < MAX_REFUSALS) {
    const pause = backOff(refusals + state.setAside);
    return to(state, { kind: "backing-off", work: { ...work, refusals, conflicts: 0 } }, [pause]);
  }
  const log = { kind: "log", level: "warn", message: `a message was set aside: ${reason}` } as const;
  const after = pass(state, takenPart(work.batch, state.taken), work.batch.last + 1);
  return store({ ...after, most: 1, setAside: state.setAside + 1 }, { kind: "set-aside", message, reason }, [log]);
}
