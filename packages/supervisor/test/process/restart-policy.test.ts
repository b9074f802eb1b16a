import { describe, expect, test } from "vitest";
import { RESTART_DEFAULTS, type RestartPolicy } from "../../src/config/extras.ts";
import { afterFailedStart, afterRun, type RestartPlan } from "../../src/process/restart-policy.ts";
import type { Attempts } from "../../src/process/state.ts";

const NO_ATTEMPTS: Attempts = { failures: 0, briefRuns: 0 };

interface Series {
  readonly what: string;
  readonly policy?: Partial<RestartPolicy>;
  readonly startretries?: number;
  /** Milliseconds that each run lasts; undefined: the start fails. */
  readonly runs: readonly (number | undefined)[];
  /** Milliseconds that are waited after each, or why there is no other. */
  readonly waits: readonly (number | string)[];
}

const fails = (times: number) => Array.from({ length: times }, () => undefined);
const runs = (times: number, ms: number) => Array.from({ length: times }, () => ms);

const SERIES: readonly Series[] = [
  {
    what: "failed starts wait a second more each time, and end after startretries",
    runs: fails(4),
    waits: [1000, 2000, 3000, "too many start retries too quickly"],
  },
  { what: "a program that ran is started again at once", runs: runs(3, 5000), waits: [0, 0, 0] },
  {
    what: "one that never lives a second is, after ten times, started once a second",
    runs: runs(11, 10),
    waits: [0, 0, 0, 0, 0, 0, 0, 0, 0, 1000, 1000],
  },
  {
    what: "backoff_max is a ceiling for the original's waits too",
    policy: { maxMs: 2000 },
    startretries: 9,
    runs: fails(4),
    waits: [1000, 2000, 2000, 2000],
  },
  {
    what: "endless_retries goes on after startretries, once a minute at last",
    policy: { endless: true },
    startretries: 0,
    runs: fails(62),
    waits: [...Array.from({ length: 60 }, (_, index) => (index + 1) * 1000), 60_000, 60_000],
  },
  {
    what: "backoff_initial doubles up to a minute",
    policy: { initialMs: 8000 },
    startretries: 9,
    runs: fails(5),
    waits: [8000, 16_000, 32_000, 60_000, 60_000],
  },
  {
    what: "backoff_factor=1 waits the same each time",
    policy: { initialMs: 500, factor: 1 },
    runs: fails(3),
    waits: [500, 500, 500],
  },
  {
    what: "failed starts and runs that ended are one series",
    policy: { initialMs: 100, maxMs: 5000 },
    runs: [undefined, 10, undefined, 4999],
    waits: [100, 200, 400, 800],
  },
  {
    what: "a run as long as backoff_max begins a new series",
    policy: { initialMs: 100, maxMs: 5000 },
    runs: [10, 10, 5000, 10],
    waits: [100, 200, 100, 200],
  },
  {
    what: "restart_limit ends a crash loop",
    policy: { limit: { restarts: 2, withinMs: 60_000 } },
    runs: runs(3, 5000),
    waits: [0, 0, "more than 2 restarts in 60 seconds"],
  },
  {
    what: "restart_limit counts failed starts too",
    policy: { limit: { restarts: 1, withinMs: 60_000 } },
    runs: [5000, undefined],
    waits: [0, "more than 1 restart in 60 seconds"],
  },
  {
    what: "restart_limit forgets what is long ago",
    policy: { limit: { restarts: 2, withinMs: 10_000 } },
    runs: runs(5, 5000),
    waits: [0, 0, 0, 0, 0],
  },
  {
    what: "restart_limit=0 restarts nothing",
    policy: { limit: { restarts: 0, withinMs: 1000 } },
    runs: runs(1, 5000),
    waits: ["more than 0 restarts in 1 seconds"],
  },
];

describe("restarts", () => {
  test.each(SERIES)("$what", ({ policy, startretries = 3, runs: ran, waits }) => {
    const config = { startretries, ...RESTART_DEFAULTS, ...policy };
    let attempts = NO_ATTEMPTS;
    let now = 0;
    const outcomes = ran.map((ms) => {
      now += ms ?? 0;
      const plan: RestartPlan =
        ms === undefined ? afterFailedStart(attempts, now, config) : afterRun(attempts, ms, now, config);
      attempts = plan.attempts;
      if (plan.kind === "after") now += plan.ms;
      return describePlan(plan);
    });
    expect(outcomes).toEqual(waits);
  });
});

function describePlan(plan: RestartPlan): number | string {
  if (plan.kind === "give-up") return plan.why;
  return plan.kind === "after" ? plan.ms : 0;
}
