/** Whatever happens in whatever order: the arrows of the table, one child at most, and no state without a way out. */
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PROGRAM_EXTRA_DEFAULTS, RESTART_DEFAULTS } from "../../src/config/extras.ts";
import { PROCESS_DEFAULTS, type ProcessConfig } from "../../src/config/model.ts";
import type { ProcessEvent } from "../../src/process/process-event.ts";
import { type ProcessState, pidOf, STATE_CODES, type StateName } from "../../src/process/state.ts";
import type { ProcessEffect } from "../../src/process/step.ts";
import { next } from "../../src/process/transitions.ts";
import { ALLOWED_TRANSITIONS, isAllowed } from "./allowed-transitions.ts";
import { type Happening, SimulatedProcess } from "./simulated-process.ts";

const STATES = Object.keys(STATE_CODES) as StateName[];

const configs: fc.Arbitrary<ProcessConfig> = fc
  .record({
    autorestart: fc.constantFrom("always", "never", "unexpected"),
    startsecs: fc.nat({ max: 2 }),
    startretries: fc.nat({ max: 3 }),
    exitcodes: fc.subarray([0, 1]),
    stopasgroup: fc.boolean(),
    extras: fc
      .record(
        {
          initialMs: fc.nat({ max: 5 }),
          maxMs: fc.nat({ max: 5000 }),
          limit: fc.record({ restarts: fc.nat({ max: 3 }), withinMs: fc.nat({ max: 5000 }) }),
          endless: fc.boolean(),
          fatalRetryMs: fc.nat({ max: 5 }),
        },
        { requiredKeys: [] },
      )
      .map((chosen) => ({ ...PROGRAM_EXTRA_DEFAULTS, restarts: { ...RESTART_DEFAULTS, ...chosen } })),
  })
  .map((chosen) => ({ ...PROCESS_DEFAULTS, name: "web", group: "web", program: "web", command: "web", ...chosen }));

const happenings: fc.Arbitrary<Happening> = fc.oneof(
  fc.constantFrom<Happening>(
    { kind: "start" },
    { kind: "stop" },
    { kind: "timer" },
    { kind: "child-made" },
    { kind: "no-child" },
    { kind: "called-off" },
    { kind: "ready" },
    { kind: "not-ready" },
    { kind: "unhealthy" },
  ),
  fc.nat({ max: 1 }).map((status): Happening => ({ kind: "child-ends", status })),
  fc.nat({ max: 3000 }).map((ms): Happening => ({ kind: "time-passes", ms })),
  fc.constant<Happening>({ kind: "signal-refused" }),
);

/** What the daemon could never send, too: the machine must stay sane whatever its surroundings do. */
const anyEvents: fc.Arbitrary<ProcessEvent> = fc.oneof(
  fc.record({ kind: fc.constant("start"), at: fc.nat() }),
  fc.record({ kind: fc.constant("spawned"), pid: fc.nat(), at: fc.nat() }),
  fc.record({ kind: fc.constant("spawn-failed"), reason: fc.string(), at: fc.nat(), mayRestart: fc.boolean() }),
  fc.record({
    kind: fc.constant("adopted"),
    pid: fc.nat(),
    at: fc.nat(),
    fate: fc.constantFrom("keep", "stop", "restart"),
  }),
  fc.record({ kind: fc.constant("timer"), at: fc.nat() }),
  fc.record({
    kind: fc.constant("exited"),
    exit: fc.oneof(
      fc.record({ kind: fc.constant("status"), status: fc.nat({ max: 255 }) }),
      fc.record({ kind: fc.constant("signal"), signal: fc.constant("SIGKILL") }),
      fc.record({ kind: fc.constant("unseen") }),
    ),
    at: fc.nat(),
    mayRestart: fc.boolean(),
  }),
  fc.constantFrom<ProcessEvent>({ kind: "stop" }, { kind: "give-up" }, { kind: "called-off" }, { kind: "ready" }),
  fc.record({
    kind: fc.constant("check-failed"),
    check: fc.constantFrom("readiness", "health"),
    reason: fc.string(),
  }),
  fc.record({ kind: fc.constant("signal-failed"), reason: fc.string() }),
);

const attempts = { failures: fc.nat({ max: 4 }), briefRuns: fc.nat({ max: 12 }) };

const anyStates: fc.Arbitrary<ProcessState> = fc.oneof(
  fc.constant<ProcessState>({ name: "STOPPED" }),
  fc.record({
    name: fc.constant("STARTING"),
    pid: fc.option(fc.nat(), { nil: undefined }),
    since: fc.nat(),
    ...attempts,
  }),
  fc.record({
    name: fc.constant("STARTING"),
    pid: fc.constant(undefined),
    since: fc.nat(),
    unwanted: fc.constant(true),
    ...attempts,
  }),
  fc.record({ name: fc.constant("RUNNING"), pid: fc.nat(), since: fc.nat(), ...attempts }),
  fc.record({ name: fc.constant("BACKOFF"), reason: fc.string(), ...attempts }),
  fc.record({ name: fc.constant("STOPPING"), pid: fc.nat() }),
  fc.record({ name: fc.constant("STOPPING"), pid: fc.nat(), thenStart: fc.constant(true) }),
  fc.record({
    name: fc.constant("STOPPING"),
    pid: fc.nat(),
    failed: fc.record({
      check: fc.constantFrom("readiness", "health"),
      reason: fc.string(),
      since: fc.nat(),
      ...attempts,
    }),
  }),
  fc.record({ name: fc.constantFrom("EXITED", "FATAL"), reason: fc.string() }),
  fc.record({ name: fc.constant("FATAL"), reason: fc.string(), willRetry: fc.constant(true) }),
  fc.record({ name: fc.constant("UNKNOWN"), pid: fc.nat(), reason: fc.string() }),
);

describe("any sequence of events", () => {
  test("follows the arrows of the table, from the state before to the state after", () => {
    fc.assert(
      fc.property(configs, fc.array(anyEvents, { maxLength: 100 }), (config, events) => {
        let state: ProcessState = { name: "STOPPED" };
        for (const event of events) {
          const step: ReturnType<typeof next> = next(state, event, config);
          expect(pathOf(state, step.effects)).toBe(step.state.name);
          state = step.state;
        }
      }),
      { numRuns: 500 },
    );
  });

  test("takes, from all states together, every arrow of the table", () => {
    const taken = new Set<string>();
    fc.assert(
      fc.property(configs, anyStates, anyEvents, (config, state, event) => {
        for (const effect of next(state, event, config).effects) {
          if (effect.kind === "entered") taken.add(`${effect.from} ${effect.to}`);
        }
      }),
      { numRuns: 10_000, seed: 1 },
    );
    const arrows = STATES.flatMap((from) => ALLOWED_TRANSITIONS[from].map((to) => `${from} ${to}`));
    expect([...taken].sort()).toEqual(arrows.sort());
  });
});

describe("any sequence of what can happen", () => {
  test("has one child at most, and a way out of every state", () => {
    fc.assert(
      fc.property(configs, fc.array(happenings, { maxLength: 150 }), (config, sequence) => {
        const process = new SimulatedProcess(config);
        for (const happening of sequence) {
          const { living, beingMade } = process;
          const hadChild =
            living.size + beingMade > 0 &&
            happening.kind !== "child-ends" &&
            happening.kind !== "no-child" &&
            happening.kind !== "called-off";
          if (!process.happen(happening)) continue;
          if (hadChild) expect(kindsOf(process.effects)).not.toContain("spawn");
          expectSane(process);
        }
      }),
      { numRuns: 1000 },
    );
  });

  test("starts nothing again once the daemon ends, and comes to rest", () => {
    fc.assert(
      fc.property(
        configs,
        fc.array(happenings, { maxLength: 60 }),
        fc.array(happenings, { maxLength: 60 }),
        (config, before, after) => {
          const process = new SimulatedProcess(config);
          for (const happening of before) process.happen(happening);
          process.happen({ kind: "daemon-ends" });
          for (const happening of after) {
            if (!process.happen(happening)) continue;
            expect(kindsOf(process.effects)).not.toContain("spawn");
            expectSane(process);
          }
          process.happen({ kind: "no-child" });
          process.happen({ kind: "stop" });
          process.happen({ kind: "child-ends", status: 0 });
          expect(["STOPPED", "EXITED", "FATAL"]).toContain(process.state.name);
          expect(process.hasTimer).toBe(false);
        },
      ),
      { numRuns: 1000 },
    );
  });
});

test("the table of the manual has the same arrows", () => {
  const manual = readFileSync(new URL("../../../../docs/reference/supervisor.md", import.meta.url), "utf8");
  for (const from of STATES) {
    const [, goesTo = ""] = new RegExp(`^\\| ${from} \\| ${STATE_CODES[from]} \\| (.*) \\|$`, "m").exec(manual) ?? [];
    const named = STATES.filter((to) => to !== from && new RegExp(`\\b${to}\\b`).test(goesTo));
    expect(named.sort(), `what the manual says of ${from}`).toEqual([...ALLOWED_TRANSITIONS[from]].sort());
  }
});

/** Where the `entered` effects lead; each must be an arrow that begins where the last one ended. */
function pathOf(before: ProcessState, effects: readonly ProcessEffect[]): StateName {
  let at = before.name;
  for (const effect of effects) {
    if (effect.kind !== "entered") continue;
    expect(effect.from).toBe(at);
    expect(isAllowed(effect.from, effect.to), `${effect.from} -> ${effect.to}`).toBe(true);
    at = effect.to;
  }
  return at;
}

function expectSane({ state, living, beingMade, hasTimer }: SimulatedProcess): void {
  expect(living.size + beingMade).toBeLessThanOrEqual(1);
  const pid = pidOf(state);
  expect(living).toEqual(new Set(pid === undefined ? [] : [pid]));
  switch (state.name) {
    case "STARTING":
      // Without a pid, the child that is being made is the way out.
      if (pid === undefined) expect(beingMade).toBe(1);
      else expect(hasTimer).toBe(true);
      break;
    case "BACKOFF":
    case "STOPPING":
      expect(hasTimer).toBe(true);
      break;
    case "FATAL":
      expect(hasTimer).toBe(state.willRetry === true);
      break;
    default:
      expect(hasTimer).toBe(false);
  }
}

function kindsOf(effects: readonly ProcessEffect[]): readonly string[] {
  return effects.map(({ kind }) => kind);
}
