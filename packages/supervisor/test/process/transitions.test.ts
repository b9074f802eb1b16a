import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PROGRAM_EXTRA_DEFAULTS, RESTART_DEFAULTS, type RestartPolicy } from "../../src/config/extras.ts";
import { PROCESS_DEFAULTS, type ProcessConfig } from "../../src/config/model.ts";
import type { ProcessEvent } from "../../src/process/process-event.ts";
import type { ProcessState } from "../../src/process/state.ts";
import type { ProcessEffect } from "../../src/process/step.ts";
import { next } from "../../src/process/transitions.ts";

const config: ProcessConfig = { ...PROCESS_DEFAULTS, name: "web", group: "web", program: "web", command: "web" };
const restarts = (changes: Partial<RestartPolicy>): Partial<ProcessConfig> => ({
  extras: { ...PROGRAM_EXTRA_DEFAULTS, restarts: { ...RESTART_DEFAULTS, ...changes } },
});
const fresh = { failures: 0, briefRuns: 0 };
const spawning: ProcessState = { name: "STARTING", pid: undefined, since: 0, ...fresh };
const starting: ProcessState = { name: "STARTING", pid: 7, since: 0, ...fresh };
const running: ProcessState = { name: "RUNNING", pid: 7, since: 0, ...fresh };
const backoff: ProcessState = { name: "BACKOFF", reason: "why", failures: 1, briefRuns: 0 };
const stopping: ProcessState = { name: "STOPPING", pid: 7 };
const status = (code: number, at: number, mayRestart = true): ProcessEvent => ({
  kind: "exited",
  exit: { kind: "status", status: code },
  at,
  mayRestart,
});
const notReady: ProcessEvent = { kind: "check-failed", check: "readiness", reason: "why" };
const unhealthy: ProcessEvent = { kind: "check-failed", check: "health", reason: "why" };
const killed = (at: number): ProcessEvent => ({
  kind: "exited",
  exit: { kind: "signal", signal: "SIGKILL" },
  at,
  mayRestart: true,
});

interface Row {
  readonly what: string;
  readonly from: ProcessState;
  readonly event: ProcessEvent;
  readonly with?: Partial<ProcessConfig>;
  /** States that are entered, in order. */
  readonly enters: string;
  /** Effects other than entering and logging. */
  readonly does: string;
}

const rows: readonly Row[] = [
  {
    what: "a start request starts it",
    from: { name: "STOPPED" },
    event: { kind: "start", at: 5 },
    enters: "STARTING",
    does: "spawn",
  },
  {
    what: "a start request revives what gave up",
    from: { name: "FATAL", reason: "" },
    event: { kind: "start", at: 5 },
    enters: "STARTING",
    does: "spawn",
  },
  {
    what: "a start request revives what exited",
    from: { name: "EXITED", reason: "" },
    event: { kind: "start", at: 5 },
    enters: "STARTING",
    does: "spawn",
  },
  {
    what: "a running process ignores a start request",
    from: running,
    event: { kind: "start", at: 5 },
    enters: "",
    does: "",
  },
  {
    what: "a child that exists is given startsecs",
    from: spawning,
    event: { kind: "spawned", pid: 7, at: 1 },
    enters: "",
    does: "timer 1000",
  },
  {
    what: "a child that stayed up runs",
    from: starting,
    event: { kind: "timer", at: 1000 },
    enters: "RUNNING",
    does: "",
  },
  {
    what: "a start that failed is tried again after a second",
    from: spawning,
    event: { kind: "spawn-failed", reason: "why", at: 5, mayRestart: true },
    enters: "BACKOFF",
    does: "timer 1000",
  },
  {
    what: "an exit before startsecs is a failed start, whatever its code",
    from: starting,
    event: status(0, 999),
    enters: "BACKOFF",
    does: "exit undefined, timer 1000",
  },
  {
    what: "the third failure waits three seconds",
    from: { ...starting, failures: 2 },
    event: status(1, 5),
    enters: "BACKOFF",
    does: "exit undefined, timer 3000",
  },
  {
    what: "one failure more than startretries is fatal",
    from: { ...starting, failures: 3 },
    event: status(1, 5),
    enters: "BACKOFF FATAL",
    does: "exit undefined",
  },
  {
    what: "with startretries=0 the first failure is fatal",
    from: starting,
    event: status(1, 5),
    with: { startretries: 0 },
    enters: "BACKOFF FATAL",
    does: "exit undefined",
  },
  {
    what: "the wait over, the next try begins",
    from: backoff,
    event: { kind: "timer", at: 1000 },
    enters: "STARTING",
    does: "spawn",
  },
  { what: "a stop ends the waiting", from: backoff, event: { kind: "stop" }, enters: "STOPPED", does: "" },
  { what: "the daemon's end ends the waiting", from: backoff, event: { kind: "give-up" }, enters: "FATAL", does: "" },
  {
    what: "an exit after startsecs that the timer missed counts as a run",
    from: starting,
    event: status(0, 1000),
    enters: "RUNNING EXITED",
    does: "exit 0",
  },
  {
    what: "an expected exit is not followed by a start",
    from: running,
    event: status(0, 5000),
    enters: "EXITED",
    does: "exit 0",
  },
  {
    what: "an unexpected exit is followed by a start at once",
    from: running,
    event: status(3, 5000),
    enters: "EXITED STARTING",
    does: "exit 3, spawn",
  },
  {
    what: "death by a signal is unexpected",
    from: running,
    event: killed(5000),
    enters: "EXITED STARTING",
    does: "exit -1, spawn",
  },
  {
    what: "an adopted child's end is unexpected",
    from: running,
    event: { kind: "exited", exit: { kind: "unseen" }, at: 5000, mayRestart: true },
    enters: "EXITED STARTING",
    does: "exit -1, spawn",
  },
  {
    what: "autorestart=true starts again after any exit",
    from: running,
    event: status(0, 5000),
    with: { autorestart: "always" },
    enters: "EXITED STARTING",
    does: "exit 0, spawn",
  },
  {
    what: "autorestart=false starts again after none",
    from: running,
    event: status(9, 5000),
    with: { autorestart: "never" },
    enters: "EXITED",
    does: "exit 9",
  },
  {
    what: "exitcodes says what is expected",
    from: running,
    event: status(9, 5000),
    with: { exitcodes: [9] },
    enters: "EXITED",
    does: "exit 9",
  },
  {
    what: "nothing is started again while the daemon ends",
    from: running,
    event: status(9, 5000, false),
    enters: "EXITED",
    does: "exit 9",
  },
  {
    what: "a program that never lives long is started once a second at most",
    from: { ...running, briefRuns: 9 },
    event: status(1, 10),
    enters: "EXITED BACKOFF",
    does: "exit 1, timer 1000",
  },
  {
    what: "a program with a back-off waits before it is started again",
    from: running,
    event: status(1, 5000),
    with: restarts({ initialMs: 200 }),
    enters: "EXITED BACKOFF",
    does: "exit 1, timer 200",
  },
  {
    what: "one restart more than restart_limit is fatal",
    from: running,
    event: status(1, 5000),
    with: restarts({ limit: { restarts: 0, withinMs: 1000 } }),
    enters: "EXITED BACKOFF FATAL",
    does: "exit 1",
  },
  {
    what: "with fatal_retry, what gave up waits for another try",
    from: starting,
    event: status(1, 5),
    with: { startretries: 0, ...restarts({ fatalRetryMs: 300_000 }) },
    enters: "BACKOFF FATAL",
    does: "exit undefined, timer 300000",
  },
  {
    what: "nothing that gives up while the daemon ends waits for another try",
    from: starting,
    event: status(1, 5, false),
    with: restarts({ fatalRetryMs: 300_000 }),
    enters: "BACKOFF FATAL",
    does: "exit undefined",
  },
  {
    what: "fatal_retry over, it is tried again",
    from: { name: "FATAL", reason: "why", willRetry: true },
    event: { kind: "timer", at: 5 },
    enters: "STARTING",
    does: "spawn",
  },
  {
    what: "a stop ends the waiting for another try",
    from: { name: "FATAL", reason: "why", willRetry: true },
    event: { kind: "stop" },
    enters: "STOPPED",
    does: "",
  },
  {
    what: "the daemon's end ends the waiting for another try",
    from: { name: "FATAL", reason: "why", willRetry: true },
    event: { kind: "give-up" },
    enters: "STOPPED",
    does: "",
  },
  {
    what: "a stop changes nothing where nothing is waited for",
    from: { name: "FATAL", reason: "why" },
    event: { kind: "stop" },
    enters: "",
    does: "",
  },
  {
    what: "a stop sends the stop signal",
    from: running,
    event: { kind: "stop" },
    enters: "STOPPING",
    does: "SIGTERM 7, timer 10000",
  },
  {
    what: "a stop while it starts does too",
    from: starting,
    event: { kind: "stop" },
    with: { stopsignal: "SIGQUIT" },
    enters: "STOPPING",
    does: "SIGQUIT 7, timer 10000",
  },
  {
    what: "stopasgroup signals the group",
    from: running,
    event: { kind: "stop" },
    with: { stopasgroup: true, stopwaitsecs: 1 },
    enters: "STOPPING",
    does: "SIGTERM group 7, timer 1000",
  },
  {
    what: "a child that is stopped before it exists is stopped as soon as it does",
    from: { ...spawning, unwanted: true },
    event: { kind: "spawned", pid: 7, at: 1 },
    enters: "STOPPING",
    does: "SIGTERM 7, timer 10000",
  },
  {
    what: "stopwaitsecs over, it is killed, and again",
    from: stopping,
    event: { kind: "timer", at: 1 },
    enters: "",
    does: "SIGKILL 7, timer 10000",
  },
  {
    what: "killasgroup kills the group",
    from: stopping,
    event: { kind: "timer", at: 1 },
    with: { killasgroup: true },
    enters: "",
    does: "SIGKILL group 7, timer 10000",
  },
  {
    what: "the end of a stopping child is a stop",
    from: stopping,
    event: status(0, 1),
    enters: "STOPPED",
    does: "exit 0",
  },
  { what: "a second stop changes nothing", from: stopping, event: { kind: "stop" }, enters: "", does: "" },
  {
    what: "a signal that cannot be sent leaves an unknown state",
    from: stopping,
    event: { kind: "signal-failed", reason: "not permitted" },
    enters: "UNKNOWN",
    does: "",
  },
  {
    what: "a child of an earlier daemon runs",
    from: { name: "STOPPED" },
    event: { kind: "adopted", pid: 7, at: 1, fate: "keep" },
    enters: "RUNNING",
    does: "",
  },
  {
    what: "a child of an earlier daemon that was being stopped goes on being stopped",
    from: { name: "STOPPED" },
    event: { kind: "adopted", pid: 7, at: 1, fate: "stop" },
    enters: "STOPPING",
    does: "SIGTERM 7, timer 10000",
  },
  {
    what: "a child of an earlier daemon that is not as configured is stopped",
    from: { name: "STOPPED" },
    event: { kind: "adopted", pid: 7, at: 1, fate: "restart" },
    enters: "STOPPING",
    does: "SIGTERM 7, timer 10000",
  },
  {
    what: "and started anew when it has ended",
    from: { ...stopping, thenStart: true },
    event: status(0, 1),
    enters: "STOPPED",
    does: "exit 0, start-anew",
  },
  {
    what: "which the daemon's end forbids",
    from: { ...stopping, thenStart: true },
    event: status(0, 1, false),
    enters: "STOPPED",
    does: "exit 0",
  },
  {
    what: "a stop before the child exists calls off what is waited for",
    from: spawning,
    event: { kind: "stop" },
    enters: "",
    does: "call-off",
  },
  {
    what: "so does the daemon's end",
    from: spawning,
    event: { kind: "give-up" },
    enters: "",
    does: "call-off",
  },
  {
    what: "what is not waited for any more was a stop",
    from: { ...spawning, unwanted: true },
    event: { kind: "called-off" },
    enters: "STOPPED",
    does: "",
  },
  {
    what: "a child that exists cannot be called off",
    from: starting,
    event: { kind: "called-off" },
    enters: "",
    does: "",
  },
  {
    what: "a child that was called off and could not be made is not tried again",
    from: { ...spawning, unwanted: true },
    event: { kind: "spawn-failed", reason: "why", at: 5, mayRestart: true },
    enters: "STOPPED",
    does: "",
  },
  { what: "a check that succeeds is told of", from: starting, event: { kind: "ready" }, enters: "", does: "ready" },
  { what: "also in a run", from: running, event: { kind: "ready" }, enters: "", does: "ready" },
  { what: "a check that succeeds too late is not", from: stopping, event: { kind: "ready" }, enters: "", does: "" },
  {
    what: "a program that is not ready in time is stopped",
    from: starting,
    event: notReady,
    enters: "STOPPING",
    does: "SIGTERM 7, timer 10000",
  },
  {
    what: "an unhealthy program is stopped",
    from: running,
    event: unhealthy,
    enters: "STOPPING",
    does: "SIGTERM 7, timer 10000",
  },
  { what: "a check that fails during a stop changes nothing", from: stopping, event: unhealthy, enters: "", does: "" },
  {
    what: "what was not ready is a failed start when it has ended",
    from: { ...stopping, failed: { check: "readiness", reason: "why", since: 0, ...fresh } },
    event: status(0, 5000),
    enters: "STOPPED BACKOFF",
    does: "exit 0, timer 1000",
  },
  {
    what: "what was not ready too often is fatal",
    from: { ...stopping, failed: { check: "readiness", reason: "why", since: 0, failures: 3, briefRuns: 0 } },
    event: status(0, 5000),
    enters: "STOPPED BACKOFF FATAL",
    does: "exit 0",
  },
  {
    what: "what was unhealthy is started again, whatever autorestart says",
    from: { ...stopping, failed: { check: "health", reason: "why", since: 0, ...fresh } },
    event: status(0, 5000),
    with: { autorestart: "never" },
    enters: "STOPPED STARTING",
    does: "exit 0, spawn",
  },
  {
    what: "what was unhealthy while the daemon ends is not",
    from: { ...stopping, failed: { check: "health", reason: "why", since: 0, ...fresh } },
    event: status(0, 5000, false),
    enters: "STOPPED",
    does: "exit 0",
  },
  {
    what: "a start request revives what waits for fatal_retry",
    from: { name: "FATAL", reason: "why", willRetry: true },
    event: { kind: "start", at: 5 },
    enters: "STARTING",
    does: "spawn",
  },
];

describe("a process", () => {
  test.each(rows)("$from.name: $what", ({ from, event, with: changes, enters, does }) => {
    const { state, effects } = next(from, event, { ...config, ...changes });
    const entered = effects.filter((effect) => effect.kind === "entered");
    expect(entered.map(({ to }) => to).join(" ")).toBe(enters);
    expect(effects.flatMap(describeEffect).join(", ")).toBe(does);
    expect(state.name).toBe(entered.at(-1)?.to ?? from.name);
  });

  test("a stop takes back that what is being stopped is to be started again", () => {
    for (const again of [{ thenStart: true }, { failed: { ...notReady, since: 0, ...fresh } }] as const) {
      expect(next({ ...stopping, ...again }, { kind: "stop" }, config).state).toEqual(stopping);
    }
  });

  test("what was ready once begins a new series of starts", () => {
    const ready = next({ ...running, failures: 2 }, { kind: "ready" }, config).state;
    expect(ready).toEqual({ ...running, ready: true, failures: 0 });
  });

  test("no sequence of events starts a second child beside a living one", () => {
    const events = fc.array(fc.nat({ max: 9 }), { maxLength: 60 });
    fc.assert(
      fc.property(events, fc.constantFrom("always", "never", "unexpected"), (choices, autorestart) => {
        let state: ProcessState = { name: "STOPPED" };
        let alive = 0;
        let asked = false;
        for (const [at, choice] of choices.entries()) {
          const event = chooseEvent(choice, at * 400, { alive: alive > 0, asked });
          if (event === undefined) continue;
          if (event.kind === "spawned") [alive, asked] = [alive + 1, false];
          if (event.kind === "spawn-failed") asked = false;
          if (event.kind === "exited") alive -= 1;
          const step: ReturnType<typeof next> = next(state, event, { ...config, autorestart });
          state = step.state;
          if (step.effects.some(({ kind }) => kind === "spawn")) {
            expect(asked).toBe(false);
            asked = true;
          }
          expect(alive + Number(asked)).toBeLessThanOrEqual(1);
        }
      }),
    );
  });
});

function chooseEvent(
  choice: number,
  at: number,
  child: { readonly alive: boolean; readonly asked: boolean },
): ProcessEvent | undefined {
  switch (choice) {
    case 0:
    case 1:
      return { kind: "start", at };
    case 2:
      return { kind: "stop" };
    case 3:
      return { kind: "timer", at };
    case 4:
    case 5:
      return child.asked ? { kind: "spawned", pid: 7, at } : undefined;
    case 6:
      return child.asked ? { kind: "spawn-failed", reason: "why", at, mayRestart: true } : undefined;
    case 7:
    case 8:
      return child.alive ? status(choice - 7, at) : undefined;
    default:
      return { kind: "give-up" };
  }
}

function describeEffect(effect: ProcessEffect): readonly string[] {
  switch (effect.kind) {
    case "spawn":
    case "start-anew":
    case "call-off":
    case "ready":
      return [effect.kind];
    case "signal":
      return [`${effect.signal} ${effect.group ? "group " : ""}${effect.pid}`];
    case "timer":
      return [`timer ${effect.ms}`];
    case "exit-status":
      return [`exit ${effect.status}`];
    default:
      return [];
  }
}
