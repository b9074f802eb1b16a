import { describe, expect, test } from "vitest";
import { MAX_CONFLICTS, MAX_REFUSALS } from "../../src/forwarder/after-answer.ts";
import { type Batch, makeBatch } from "../../src/forwarder/batch.ts";
import type { Conflicts } from "../../src/forwarder/conflicts.ts";
import {
  BACKLOG_BATCH,
  type ForwarderConfig,
  INITIAL_STATE,
  isUnderWay,
  type LaneEvent,
  type LaneState,
  type Phase,
  type Work,
} from "../../src/forwarder/lane-state.ts";
import { NO_MOVES } from "../../src/forwarder/moves.ts";
import { NOTHING_TAKEN } from "../../src/forwarder/taken.ts";
import { next } from "../../src/forwarder/transition.ts";
import type { QueuedMessage } from "../../src/spool/message.ts";

const LANE = 5;

const config: ForwarderConfig = { batchQty: 3, batchRecordPeriodMs: 10_000 };
const CIK = "c".repeat(40);

const write = (seq: number): QueuedMessage => message("write", seq, `count=${seq}`);
const record = (seq: number): QueuedMessage => message("record", seq, `${seq}=value`);

const one = batchOf(write(1));
const two = batchOf(write(1), write(2));
const records = batchOf(record(1));

const loading: Phase = { kind: "loading", missed: false, failures: 0 };
const sending = (work: Partial<Work> = {}): Phase => ({ kind: "sending", work: workOf(work), cik: CIK });
const unavailable = { kind: "unavailable", reason: "no answer", retryAfterMs: 0 } as const;
const rejected = { kind: "rejected", reason: "bad" } as const;

interface Row {
  readonly from: Phase;
  readonly when: string;
  readonly event: LaneEvent;
  readonly to: Phase["kind"];
  readonly effects: readonly string[];
  readonly state?: Partial<LaneState>;
}

const queued = (messageKind: "write" | "record"): LaneEvent => ({ kind: "queued", messageKind });
const loaded = (batch = makeBatch(LANE, []), at = 20_000, more = false): LaneEvent => ({
  kind: "loaded",
  batch,
  more,
  moves: NO_MOVES,
  at,
});
const answered = (outcome: Extract<LaneEvent, { kind: "answered" }>["outcome"]): LaneEvent => ({
  kind: "answered",
  outcome,
  taken: NOTHING_TAKEN,
  at: 1,
});

const rows: readonly Row[] = [
  { from: { kind: "idle" }, when: "a message is queued", event: queued("record"), to: "loading", effects: ["load"] },
  { from: { kind: "idle" }, when: "a wait ends late", event: { kind: "due" }, to: "idle", effects: [] },
  { from: loading, when: "nothing is there", event: loaded(), to: "idle", effects: [] },
  {
    from: { ...loading, missed: true },
    when: "nothing was there, but something came",
    event: loaded(),
    to: "loading",
    effects: ["load"],
  },
  { from: loading, when: "a write is there", event: loaded(one), to: "waiting-for-cik", effects: ["obtain-cik"] },
  {
    from: loading,
    when: "the first record ever is there",
    event: loaded(records),
    to: "waiting-for-cik",
    effects: ["obtain-cik"],
  },
  {
    from: loading,
    when: "a record is there soon after a batch",
    event: loaded(records, 15_000),
    state: { sentAt: 10_000 },
    to: "gathering",
    effects: ["wait"],
  },
  {
    from: loading,
    when: "a record is there, and more behind it",
    event: loaded(records, 15_000, true),
    state: { sentAt: 10_000 },
    to: "waiting-for-cik",
    effects: ["obtain-cik", "read-ahead"],
  },
  {
    from: loading,
    when: "a record is there long after a batch",
    event: loaded(records, 20_000),
    state: { sentAt: 10_000 },
    to: "waiting-for-cik",
    effects: ["obtain-cik"],
  },
  {
    from: loading,
    when: "a full batch of records is there",
    event: loaded(batchOf(record(1), record(2), record(3)), 15_000),
    state: { sentAt: 10_000 },
    to: "waiting-for-cik",
    effects: ["obtain-cik"],
  },
  {
    from: loading,
    when: "the queue cannot be read",
    event: { kind: "load-failed", reason: "disk" },
    to: "loading",
    effects: ["log", "back-off"],
  },
  {
    from: { ...loading, failures: 1 },
    when: "the wait after a failure ends",
    event: { kind: "due" },
    to: "loading",
    effects: ["load"],
  },
  {
    from: { kind: "gathering", count: 1 },
    when: "one more record comes",
    event: queued("record"),
    to: "gathering",
    effects: [],
  },
  {
    from: { kind: "gathering", count: 2 },
    when: "the batch is full",
    event: queued("record"),
    to: "loading",
    effects: ["load"],
  },
  {
    from: { kind: "gathering", count: 1 },
    when: "a write comes",
    event: queued("write"),
    to: "loading",
    effects: ["load"],
  },
  {
    from: { kind: "gathering", count: 1 },
    when: "the period is over",
    event: { kind: "due" },
    to: "loading",
    effects: ["load"],
  },
  {
    from: { kind: "gathering", count: 1 },
    when: "the configuration changes",
    event: { kind: "reconfigured" },
    to: "loading",
    effects: ["load"],
  },
  {
    from: { kind: "waiting-for-cik", work: workOf() },
    when: "there is a CIK",
    event: { kind: "cik", cik: CIK },
    to: "sending",
    effects: ["send"],
  },
  {
    from: { kind: "waiting-for-cik", work: workOf() },
    when: "more is queued",
    event: queued("write"),
    to: "waiting-for-cik",
    effects: [],
  },
  {
    from: sending(),
    when: "the server has it",
    event: answered({ kind: "accepted" }),
    to: "storing",
    effects: ["store"],
  },
  {
    from: sending({ failures: 2 }),
    when: "the server has it at last",
    event: answered({ kind: "accepted" }),
    to: "storing",
    effects: ["log", "store"],
  },
  {
    from: sending(),
    when: "the CIK is refused",
    event: answered({ kind: "unauthorized" }),
    to: "waiting-for-cik",
    effects: ["obtain-cik"],
  },
  {
    from: sending({ unauthorized: 1 }),
    when: "the new CIK is refused too",
    event: answered({ kind: "unauthorized" }),
    to: "backing-off",
    effects: ["back-off"],
  },
  {
    from: sending(),
    when: "the line fails",
    event: answered(unavailable),
    to: "backing-off",
    effects: ["log", "back-off"],
  },
  {
    from: sending({ failures: 1 }),
    when: "the line fails again",
    event: answered(unavailable),
    to: "backing-off",
    effects: ["back-off"],
  },
  {
    from: sending({ batch: two }),
    when: "a batch is refused",
    event: answered(rejected),
    to: "loading",
    effects: ["load"],
  },
  {
    from: sending(),
    when: "a message alone is refused",
    event: answered(rejected),
    to: "backing-off",
    effects: ["back-off"],
  },
  {
    from: sending({ refusals: MAX_REFUSALS - 1 }),
    when: "a message alone is refused too often",
    event: answered(rejected),
    to: "storing",
    effects: ["log", "store"],
  },
  {
    from: sending(),
    when: "times conflict",
    event: answered({ kind: "conflict", conflicts: new Map() }),
    to: "sending",
    effects: ["send"],
  },
  {
    from: sending({ conflicts: MAX_CONFLICTS }),
    when: "times conflict too often",
    event: answered({ kind: "conflict", conflicts: new Map() }),
    to: "backing-off",
    effects: ["back-off"],
  },
  {
    from: { kind: "backing-off", work: workOf({ failures: 1 }) },
    when: "the wait ends",
    event: { kind: "due" },
    to: "waiting-for-cik",
    effects: ["obtain-cik"],
  },
  {
    from: { kind: "backing-off", work: workOf({ failures: 1 }) },
    when: "more is queued",
    event: queued("write"),
    to: "backing-off",
    effects: [],
  },
  {
    from: { kind: "backing-off", work: workOf({ failures: 1 }) },
    when: "the configuration changes",
    event: { kind: "reconfigured" },
    to: "waiting-for-cik",
    effects: ["obtain-cik"],
  },
  {
    from: { kind: "storing" },
    when: "the steps before are on disk",
    event: { kind: "stored" },
    to: "loading",
    effects: ["load"],
  },
  { from: { kind: "storing" }, when: "more is queued", event: queued("write"), to: "storing", effects: [] },
];

test.each(rows)("$from.kind, when $when -> $to", ({ from, event, to, effects, state }) => {
  const after = next({ ...INITIAL_STATE, ...state, phase: from }, event, config);
  expect({ phase: after.state.phase.kind, effects: after.effects.map(({ kind }) => kind) }).toEqual({
    phase: to,
    effects,
  });
});

describe("what a batch keeps", () => {
  test("its messages and numbers, through every retry", () => {
    let state: LaneState = { ...INITIAL_STATE, phase: sending({ batch: two }) };
    for (const event of [answered(unavailable), { kind: "due" } as const, { kind: "cik", cik: CIK } as const]) {
      state = next(state, event, config).state;
    }
    expect(state.phase).toMatchObject({ kind: "sending", work: { batch: two, failures: 1 } });
  });

  test("its numbers when its times are moved", () => {
    const { state } = next(
      { ...INITIAL_STATE, phase: sending({ batch: two }) },
      answered({ kind: "conflict", conflicts: new Map() }),
      config,
    );
    expect(state.phase).toMatchObject({ work: { batch: { first: 1, last: 2 }, conflicts: 1 } });
  });
});

/** Takes batches of the sizes that the machine asks for through it, the n-th answered as `answers` say. */
function askedFor(answers: readonly ("accepted" | "rejected")[], before: Partial<LaneState> = {}) {
  let state: LaneState = { ...INITIAL_STATE, ...before };
  const asked: { readonly from: number | undefined; readonly messages: number }[] = [];
  const go = (event: LaneEvent) => {
    const step = next(state, event, { ...config, batchQty: 8 });
    state = step.state;
    for (const effect of step.effects) if (effect.kind === "load") asked.push(effect.request);
  };
  go(queued("write"));
  for (const answer of answers) {
    const { from = 1, messages } = asked.at(-1) ?? { messages: 0 };
    const [first = write(from), ...rest] = Array.from({ length: messages }, (_none, index) => write(from + index));
    go(loaded(batchOf(first, ...rest), 20_000, before.backlog ?? false));
    const sends = answer === "rejected" && messages === 1 ? MAX_REFUSALS : 1;
    for (let send = 1; send <= sends; send += 1) {
      go({ kind: "due" });
      go({ kind: "cik", cik: CIK });
      go(answered(answer === "accepted" ? { kind: "accepted" } : rejected));
    }
    go({ kind: "stored" });
  }
  return { asked, state };
}

test("a batch that the server refuses is halved until the message that is meant is found, and then batches grow again", () => {
  const { asked } = askedFor(["rejected", "accepted", "rejected", "accepted", "rejected", "accepted", "accepted"]);
  expect(asked).toEqual([
    { from: undefined, messages: 8 },
    { from: undefined, messages: 4 },
    { from: 5, messages: 8 },
    { from: 5, messages: 4 },
    { from: 9, messages: 8 },
    { from: 9, messages: 4 },
    { from: 13, messages: 8 },
    { from: 21, messages: 8 },
  ]);
});

test("each message that is set aside with none accepted before the next makes the pauses longer", () => {
  const { state } = askedFor(["rejected", "rejected", "rejected", "rejected", "rejected"]);
  expect(state.setAside).toBe(2);
  const { effects } = next({ ...state, phase: sending({ refusals: 1 }) }, answered(rejected), config);
  expect(effects).toEqual([{ kind: "back-off", failures: 2 + state.setAside, retryAfterMs: 0 }]);
  expect(next({ ...state, phase: sending() }, answered({ kind: "accepted" }), config).state.setAside).toBe(0);
});

test("while there is a backlog, batches are larger than batch_qty, and the next one is read ahead", () => {
  const { asked, state } = askedFor(["accepted", "accepted"], { backlog: true });
  expect(asked.map(({ messages }) => messages)).toEqual([BACKLOG_BATCH, BACKLOG_BATCH, BACKLOG_BATCH]);
  const { effects } = next({ ...state, phase: loading }, loaded(two, 20_000, true), config);
  expect(effects).toContainEqual({ kind: "read-ahead", request: { from: 3, messages: BACKLOG_BATCH } });
});

test.each([
  { phase: { kind: "idle" } as const, underWay: false },
  { phase: { kind: "gathering", count: 1 } as const, underWay: false },
  { phase: sending(), underWay: true },
  { phase: { kind: "backing-off", work: workOf({ failures: 1 }) } as const, underWay: true },
  { phase: { kind: "backing-off", work: workOf({ refusals: 1 }) } as const, underWay: false },
])("a less urgent lane waits while a lane is $phase.kind: $underWay", ({ phase, underWay }) => {
  expect(isUnderWay({ ...INITIAL_STATE, phase })).toBe(underWay);
});

test("the second refusal of a CIK asks for another one than that", () => {
  let step = next(
    { ...INITIAL_STATE, phase: sending({ unauthorized: 1 }) },
    answered({ kind: "unauthorized" }),
    config,
  );
  step = next(step.state, { kind: "due" }, config);
  expect(step.effects).toEqual([{ kind: "obtain-cik", refused: CIK }]);
});

describe("after a batch whose times were moved", () => {
  test.each([
    { what: "one that would overtake it goes behind it", moved: "100.2", own: ["100.3"], to: ["103"] },
    { what: "each goes behind the one before it", moved: "100.2", own: ["100.3", "100.4"], to: ["103", "104"] },
    { what: "one in the same second goes behind it", moved: "100.2", own: ["102.9"], to: ["103"] },
    { what: "one that is past it keeps its time", moved: "100.2", own: ["103.5", "103.6"], to: ["103.5", "103.6"] },
    { what: "a record of an older time keeps it", moved: "100.2", own: ["50", "100.3"], to: ["50", "103"] },
  ])("$what", ({ moved, own, to }) => {
    const first = recordsOf(["100.1", moved]);
    const after = deliver(INITIAL_STATE, first, new Map([["log", ["100"]]]));
    expect(after.sent).toEqual(["101", "102"]);
    expect(deliver(after.state, recordsOf(own)).sent).toEqual(to);
  });

  test("the next batches stay behind it, until their own times are past", () => {
    let { state } = deliver(INITIAL_STATE, recordsOf(["100.1", "100.2", "100.3"]), new Map());
    const sent = [["100.4", "100.5"], ["100.6"], ["106.5"], ["106.6"]].map((own) => {
      const delivered = deliver(state, recordsOf(own));
      state = delivered.state;
      return delivered.sent;
    });
    expect(sent).toEqual([["104", "105"], ["106"], ["107"], ["108"]]);
    expect(deliver(state, recordsOf(["200"])).state.moves?.size).toBe(0);
  });

  test("other aliases keep their times", () => {
    const { state } = deliver(INITIAL_STATE, recordsOf(["100.1", "100.2"]), new Map());
    expect(deliver(state, recordsOf(["100.3"], "other")).sent).toEqual(["100.3"]);
  });

  test("the log counts each value once, however often it was moved", () => {
    let state: LaneState = { ...INITIAL_STATE, phase: sending({ batch: two }) };
    for (let time = 0; time < 3; time += 1) {
      state = next(state, answered({ kind: "conflict", conflicts: new Map() }), config).state;
    }
    const { effects } = next(state, answered({ kind: "accepted" }), config);
    expect(effects).toContainEqual(expect.objectContaining({ message: expect.stringContaining("times of 2 values") }));
  });
});

/** Takes a batch through the machine. @param conflicts what the server answers to it first */
function deliver(before: LaneState, batch: Batch, conflicts?: Conflicts) {
  let sent: readonly string[] = [];
  const events: LaneEvent[] = [
    queued("write"),
    loaded(batch, 20_000, true),
    { kind: "cik", cik: CIK },
    ...(conflicts === undefined ? [] : [answered({ kind: "conflict", conflicts })]),
    answered({ kind: "accepted" }),
    { kind: "stored" },
    loaded(),
  ];
  let state = before;
  for (const event of events) {
    const step = next(state, event, config);
    state = step.state;
    for (const effect of step.effects) {
      if (effect.kind === "send") sent = effect.batch.points.map(({ timestamp }) => timestamp);
    }
  }
  return { state, sent };
}

function recordsOf(times: readonly string[], alias = "log"): Batch {
  const body = times.map((time) => `${time}=value`).join("&");
  return batchOf({ kind: "record", alias, body, seq: 1, points: times.length, at: 0 });
}

function message(kind: "write" | "record", seq: number, body: string): QueuedMessage {
  return { kind, alias: kind === "record" ? "log" : "", body, seq, points: 1, at: 1_000_000 * seq };
}

function batchOf(first: QueuedMessage, ...rest: QueuedMessage[]) {
  const batch = makeBatch(LANE, [first, ...rest]);
  if (batch === undefined) throw new Error("a batch has a message");
  return batch;
}

function workOf(work: Partial<Work> = {}): Work {
  return { batch: one, failures: 0, refusals: 0, conflicts: 0, unauthorized: 0, refusedCik: undefined, ...work };
}
