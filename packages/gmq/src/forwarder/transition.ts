/**
 * How one lane is emptied, as a pure function: oldest first, one batch at a time, and on to the next only when the server
 * has the last, or refuses it for good.
 */
import { afterAnswer } from "./after-answer.ts";
import type { Batch } from "./batch.ts";
import type { ForwarderConfig, LaneEvent, LaneState, Phase, Step } from "./lane-state.ts";
import { moveBehind } from "./moves.ts";
import { backOff, batchSize, enlarge, load, obtainCik, send, stay, to } from "./steps.ts";

/** Total: an event that means nothing in a phase leaves the state as it is. */
export function next(state: LaneState, event: LaneEvent, config: ForwarderConfig): Step {
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
      if (event.kind === "stale") return load(state, config);
      return event.kind === "cik" ? send(state, { ...phase.work, refusedCik: undefined }, event.cik) : stay(state);
    case "sending":
      return event.kind === "answered" ? afterAnswer(state, phase, event, config) : stay(state);
    case "backing-off":
      return event.kind === "due" || event.kind === "reconfigured" ? obtainCik(state, phase.work) : stay(state);
    case "storing":
      return event.kind === "stored" ? load(state, config) : stay(state);
  }
}

/** Records wait for company no longer, and a batch that failed is tried again. */
function drain(state: LaneState, config: ForwarderConfig): Step {
  const { phase } = state;
  const hurried = { ...state, sentAt: Number.NEGATIVE_INFINITY };
  if (phase.kind === "gathering") return load(hurried, config);
  if (phase.kind === "backing-off") return obtainCik(hurried, phase.work);
  return stay(hurried);
}

type In<Kind extends Phase["kind"]> = Extract<Phase, { kind: Kind }>;

function whileLoading(state: LaneState, phase: In<"loading">, event: LaneEvent, config: ForwarderConfig): Step {
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
    case "loaded":
      return afterLoad(state, phase, event, config);
    default:
      return stay(state);
  }
}

function afterLoad(
  state: LaneState,
  { missed }: In<"loading">,
  { batch, more, moves, at }: Extract<LaneEvent, { kind: "loaded" }>,
  config: ForwarderConfig,
): Step {
  const known = { ...state, backlog: more, moves: state.moves ?? moves };
  if (batch === undefined) return missed ? load(known, config) : to(known, { kind: "idle" });
  const waitMs = state.sentAt + config.batchRecordPeriodMs - at;
  if (more || waitMs <= 0 || isUrgent(state, batch, config)) return begin(known, batch, config);
  if (missed) return load(known, config);
  return to(known, { kind: "gathering", count: batch.messages.length }, [{ kind: "wait", ms: waitMs }]);
}

function isUrgent(state: LaneState, { messages }: Batch, config: ForwarderConfig): boolean {
  return (
    state.most !== undefined || messages.length >= config.batchQty || messages.some(({ kind }) => kind === "write")
  );
}

function whileGathering(state: LaneState, phase: In<"gathering">, event: LaneEvent, config: ForwarderConfig): Step {
  if (event.kind === "due" || event.kind === "reconfigured") return load(state, config);
  if (event.kind !== "queued") return stay(state);
  const count = phase.count + 1;
  return event.messageKind === "write" || count >= config.batchQty
    ? load(state, config)
    : to(state, { kind: "gathering", count });
}

function begin(state: LaneState, batch: Batch, config: ForwarderConfig): Step {
  const { state: begun, effects } = obtainCik(state, {
    batch: state.moves === undefined ? batch : moveBehind(batch, state.moves),
    failures: 0,
    refusals: 0,
    conflicts: 0,
    unauthorized: 0,
    refusedCik: undefined,
  });
  if (!state.backlog) return { state: begun, effects };
  const request = { from: batch.last + 1, messages: batchSize(enlarge(state), config) };
  return { state: begun, effects: [...effects, { kind: "read-ahead", request }] };
}
