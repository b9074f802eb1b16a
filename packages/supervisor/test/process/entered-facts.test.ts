/** What event listeners are told of a state that a process enters. */
import { expect, test } from "vitest";
import { PROCESS_DEFAULTS, type ProcessConfig } from "../../src/config/model.ts";
import type { ProcessEvent } from "../../src/process/process-event.ts";
import type { ProcessState } from "../../src/process/state.ts";
import { next } from "../../src/process/transitions.ts";

const config: ProcessConfig = { ...PROCESS_DEFAULTS, name: "web", group: "web", program: "web", command: "web" };
const attempts = { failures: 2, briefRuns: 0 };
const starting: ProcessState = { name: "STARTING", pid: 7, since: 0, ...attempts };
const running: ProcessState = { name: "RUNNING", pid: 7, since: 0, failures: 0, briefRuns: 0 };
const exit = (status: number, at: number): ProcessEvent => ({
  ...{ kind: "exited", exit: { kind: "status", status }, at, mayRestart: true },
});

test.each<{ from: ProcessState; event: ProcessEvent; told: readonly string[] }>([
  { from: { name: "STOPPED" }, event: { kind: "start", at: 0 }, told: ["STARTING pid:- tries:0"] },
  { from: starting, event: { kind: "timer", at: 1000 }, told: ["RUNNING pid:7 tries:0"] },
  { from: starting, event: exit(0, 10), told: ["BACKOFF pid:7 tries:3"] },
  { from: starting, event: exit(0, 2000), told: ["RUNNING pid:7 tries:0", "EXITED pid:7 expected"] },
  {
    from: { name: "BACKOFF", reason: "why", ...attempts },
    event: { kind: "timer", at: 0 },
    told: ["STARTING pid:- tries:2"],
  },
  { from: { name: "BACKOFF", reason: "why", ...attempts }, event: { kind: "stop" }, told: ["STOPPED pid:- tries:0"] },
  { from: running, event: { kind: "stop" }, told: ["STOPPING pid:7 tries:0"] },
  { from: { name: "STOPPING", pid: 7 }, event: exit(0, 9), told: ["STOPPED pid:7 tries:0"] },
  { from: running, event: exit(0, 5000), told: ["EXITED pid:7 expected"] },
  { from: running, event: exit(3, 5000), told: ["EXITED pid:7 not expected", "STARTING pid:- tries:0"] },
])("$from.name + $event.kind: $told", ({ from, event, told }) => {
  const { effects } = next(from, event, config);
  const facts = effects.flatMap((effect) => {
    if (effect.kind !== "entered") return [];
    const { to, pid = "-", tries, expected } = effect;
    const detail = to === "EXITED" ? `${expected ? "" : "not "}expected` : `tries:${tries}`;
    return [`${to} pid:${pid} ${detail}`];
  });
  expect(facts).toEqual(told);
});
