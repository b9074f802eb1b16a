import type { ActionVerb } from "@gateway-engine/protocol/engine-orders";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type ActionEvent, MAX_RESTARTS, nextAction } from "../../src/actions/next.ts";
import type { Acting, ActionState, Done, Requested } from "../../src/actions/state.ts";
import type { Failure } from "../../src/install/state.ts";

const FAILURE: Failure = { status: "failed", code: "E_RUN", message: "it failed" };
const SUPERSEDED: Failure = { status: "superseded", code: "E_SUPERSEDED", message: "it was called off" };

const requested = (verb: ActionVerb): Requested => ({ verb, name: "app", kind: "requested" });
const acting = (verb: ActionVerb, restarts = 0): Acting => ({
  verb,
  name: "app",
  kind: "acting",
  restarts,
  bootId: "b1",
});
const done: Done = { verb: "stop", name: "app", kind: "done", note: "", output: "", notRestored: [] };

const rows: readonly { from: ActionState; event: ActionEvent; to: ActionState["kind"]; does: string }[] = [
  { from: requested("stop"), event: { kind: "begun", bootId: "b1" }, to: "acting", does: "act" },
  { from: requested("stop"), event: { kind: "resumed", bootId: "b1" }, to: "acting", does: "act" },
  { from: requested("uninstall"), event: { kind: "failed", failure: SUPERSEDED }, to: "failed", does: "" },
  { from: requested("stop"), event: { kind: "succeeded", note: "" }, to: "requested", does: "" },
  { from: acting("stop"), event: { kind: "succeeded", note: "stopped" }, to: "done", does: "" },
  { from: acting("stop"), event: { kind: "failed", failure: FAILURE }, to: "failed", does: "" },
  { from: acting("stop"), event: { kind: "begun", bootId: "b1" }, to: "acting", does: "" },
  { from: acting("start"), event: { kind: "resumed", bootId: "b2" }, to: "acting", does: "act" },
  { from: acting("restart"), event: { kind: "resumed", bootId: "b1" }, to: "acting", does: "act" },
  { from: acting("uninstall"), event: { kind: "resumed", bootId: "b2" }, to: "acting", does: "act" },
  { from: acting("uninstall", MAX_RESTARTS), event: { kind: "resumed", bootId: "b1" }, to: "failed", does: "" },
  { from: acting("run"), event: { kind: "resumed", bootId: "b1" }, to: "acting", does: "end-leftovers" },
  { from: acting("run"), event: { kind: "resumed", bootId: "b2" }, to: "acting", does: "end-leftovers" },
  { from: acting("run"), event: { kind: "leftovers-ended" }, to: "failed", does: "" },
  { from: acting("reboot"), event: { kind: "resumed", bootId: "b2" }, to: "done", does: "" },
  { from: acting("reboot"), event: { kind: "resumed", bootId: "b1" }, to: "acting", does: "act" },
  { from: acting("reboot", 1), event: { kind: "resumed", bootId: "b2" }, to: "done", does: "" },
  { from: acting("reboot", 1), event: { kind: "resumed", bootId: "b1" }, to: "failed", does: "" },
  { from: done, event: { kind: "failed", failure: FAILURE }, to: "done", does: "" },
  { from: done, event: { kind: "resumed", bootId: "b2" }, to: "done", does: "" },
];

test.each(rows)(
  "$from.verb, $from.kind + $event.kind $event.bootId -> $to, does $does",
  ({ from, event, to, does }) => {
    const { state, effects } = nextAction(from, event);
    expect({ verb: state.verb, name: state.name, kind: state.kind }).toEqual({
      verb: from.verb,
      name: "app",
      kind: to,
    });
    expect(effects.map(({ kind }) => kind).join()).toBe(does);
  },
);

test("what was cut off says so", () => {
  expect(nextAction(acting("run"), { kind: "leftovers-ended" }).state).toMatchObject({
    failure: {
      status: "interrupted",
      code: "E_INSTALL_INTERRUPTED",
      message: "run app was interrupted while acting; it runs at most once, so it is not run again",
    },
  });
});

describe("however often the engine and the machine are restarted", () => {
  const lives = fc.array(fc.constantFrom("b1", "b2", "b3"), { maxLength: 60 });

  function actsIn(verb: ActionVerb, boots: readonly string[]): number {
    let acts = 0;
    let state: ActionState = requested(verb);
    for (const bootId of boots) {
      const step = nextAction(state, { kind: "resumed", bootId });
      acts += step.effects.filter(({ kind }) => kind === "act").length;
      ({ state } = step);
    }
    return acts;
  }

  test.each([
    ["run", 1],
    ["reboot", 2],
    ["uninstall", MAX_RESTARTS + 1],
    ["restart", MAX_RESTARTS + 1],
  ] as const)("a %s is done at most %i times", (verb, most) => {
    fc.assert(fc.property(lives, (boots) => void expect(actsIn(verb, boots)).toBeLessThanOrEqual(most)));
  });
});
