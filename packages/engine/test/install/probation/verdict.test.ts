import { describe, expect, test } from "vitest";
import { type HealthRecord, NOT_ASKED } from "../../../src/install/probation/health-record.ts";
import type { ProgramSight } from "../../../src/install/probation/judge-program.ts";
import type { ProgramRules } from "../../../src/install/probation/program-rules.ts";
import {
  beginWatch,
  nextVerdict,
  type ProbationRules,
  type Sight,
  type Verdict,
} from "../../../src/install/probation/verdict.ts";

const PROGRAM: ProgramRules = { autostart: true, autorestart: "unexpected", exitCodes: [0], startSeconds: 1 };
const RULES: ProbationRules = {
  program: PROGRAM,
  requiredMs: 10_000,
  healthWithinMs: 10_000,
  needsHealth: false,
  needsServer: false,
  limitMs: 60_000,
};

const STATES = { STOPPED: 0, STARTING: 10, RUNNING: 20, BACKOFF: 30, EXITED: 100, FATAL: 200 } as const;

/** `RUNNING 7`: its state and pid; `EXITED 0 3`: with its exit status. Each pid starts at a second of its own. */
function program(seen: string, name = "app"): ProgramSight {
  const [statename = "", pid = "0", exitstatus = "0"] = seen.split(" ");
  const state = STATES[statename as keyof typeof STATES];
  const start = 1000 + Number(pid);
  return { name, pid: Number(pid), start, state, statename, exitstatus: Number(exitstatus), spawnerr: "" };
}

const WELL: HealthRecord = { failures: 0, hasSucceeded: true, problem: "" };
const SICK: HealthRecord = { failures: 5, hasSucceeded: false, problem: "no answer" };

type Look = readonly [at: number, seen: string | undefined, more?: Partial<Sight>];

/** Shows one look after the other, until one of them decides. */
function watching(looks: readonly Look[], rules: Partial<ProbationRules> = {}): Verdict {
  let verdict: Verdict = { kind: "watching", watch: beginWatch(0), waitingFor: "" };
  for (const [at, seen, more] of looks) {
    if (verdict.kind !== "watching") throw new Error(`decided before ${at}: ${JSON.stringify(verdict)}`);
    const programs = seen === undefined ? undefined : seen === "" ? [] : [program(seen)];
    const sight: Sight = { at, programs, health: NOT_ASKED, serverAnswered: false, ...more };
    verdict = nextVerdict(verdict.watch, sight, { ...RULES, ...rules });
  }
  return verdict;
}

function inWords(verdict: Verdict): string {
  if (verdict.kind === "watching") return `watching: ${verdict.waitingFor}`;
  return verdict.kind === "trusted" ? "trusted" : `${verdict.code}: ${verdict.reason}`;
}

interface Row {
  readonly title: string;
  readonly looks: readonly Look[];
  readonly rules?: Partial<ProbationRules>;
  readonly end: string;
}

const once: Partial<ProbationRules> = { program: { ...PROGRAM, autorestart: "never" } };
const always: Partial<ProbationRules> = { program: { ...PROGRAM, autorestart: "always" } };
const notStarted: Partial<ProbationRules> = { program: { ...PROGRAM, autostart: false } };
const health: Partial<ProbationRules> = { needsHealth: true };
const server: Partial<ProbationRules> = { needsServer: true };

const rows: readonly Row[] = [
  {
    title: "runs all the time",
    looks: [
      [0, "RUNNING 7"],
      [10_000, "RUNNING 7"],
    ],
    end: "trusted",
  },
  {
    title: "runs not long enough",
    looks: [
      [0, "RUNNING 7"],
      [9999, "RUNNING 7"],
    ],
    end: "watching: it runs for 10 s of 10 s",
  },
  { title: "no time is asked for", looks: [[0, "RUNNING 7"]], rules: { requiredMs: 0 }, end: "trusted" },
  {
    title: "starts late: the time counts from then",
    looks: [
      [0, "STARTING 7"],
      [3000, "RUNNING 7"],
      [12_999, "RUNNING 7"],
    ],
    end: "watching: it runs for 10 s of 10 s",
  },
  {
    title: "starts late, and then runs",
    looks: [
      [0, "STARTING 7"],
      [3000, "RUNNING 7"],
      [13_000, "RUNNING 7"],
    ],
    end: "trusted",
  },
  {
    title: "a restart resets the time",
    looks: [
      [0, "RUNNING 7"],
      [9000, "RUNNING 8"],
      [18_000, "RUNNING 8"],
    ],
    end: "watching: it runs for 9 s of 10 s",
  },
  {
    title: "a restart between two looks, at the end",
    looks: [
      [0, "RUNNING 7"],
      [10_000, "RUNNING 8"],
    ],
    end: "watching: it runs for 0 s of 10 s",
  },
  {
    title: "three restarts are borne",
    looks: [
      [0, "RUNNING 1"],
      [1000, "RUNNING 2"],
      [2000, "RUNNING 3"],
      [3000, "RUNNING 4"],
      [13_000, "RUNNING 4"],
    ],
    end: "trusted",
  },
  {
    title: "a fourth is a crash loop",
    looks: [
      [0, "RUNNING 1"],
      [1, "RUNNING 2"],
      [2, "RUNNING 3"],
      [3, "RUNNING 4"],
      [4, "RUNNING 5 7"],
    ],
    end: "E_PROBATION: app was started again 4 times, the last time it ended with exit status 7",
  },
  {
    title: "is given up by the supervisor",
    looks: [
      [0, "RUNNING 7"],
      [100, "FATAL 0 2"],
    ],
    end: "E_PROBATION: app could not be started: it ended too soon after each start, the last time it ended with exit status 2",
  },
  {
    title: "ends, and is to be started again",
    looks: [[0, "EXITED 0 1"]],
    end: "watching: app ended with exit status 1 and is to be started again",
  },
  {
    title: "ends as expected",
    looks: [
      [0, "EXITED 0 0"],
      [10_000, "EXITED 0 0"],
    ],
    end: "trusted",
  },
  {
    title: "ends as expected, though it should run for ever",
    looks: [
      [0, "EXITED 0 0"],
      [10_000, "EXITED 0 0"],
    ],
    rules: always,
    end: "watching: app ended with exit status 0 and is to be started again",
  },
  {
    title: "ends unexpectedly for good",
    looks: [[0, "EXITED 0 1"]],
    rules: once,
    end: "E_PROBATION: app ended with exit status 1",
  },
  {
    title: "is ended by a signal for good",
    looks: [[0, "EXITED 0 -1"]],
    rules: once,
    end: "E_PROBATION: app was ended by a signal",
  },
  {
    title: "is not meant to start",
    looks: [
      [0, "STOPPED"],
      [10_000, "STOPPED"],
    ],
    rules: notStarted,
    end: "trusted",
  },
  {
    title: "was stopped by somebody",
    looks: [
      [0, "RUNNING 7"],
      [10_000, "STOPPED"],
    ],
    end: "watching: app is stopped",
  },
  {
    title: "is not known to the supervisor",
    looks: [[0, ""]],
    end: "watching: the supervisor does not know the program",
  },
  {
    title: "the supervisor falls silent: the time begins anew",
    looks: [
      [0, "RUNNING 7"],
      [5000, undefined],
      [6000, "RUNNING 7"],
      [15_000, "RUNNING 7"],
    ],
    end: "watching: it runs for 9 s of 10 s",
  },
  {
    title: "never gets to run",
    looks: [
      [0, "BACKOFF"],
      [60_000, "BACKOFF"],
    ],
    end: "E_PROBATION: after 60 s, app is BACKOFF",
  },
  {
    title: "the supervisor stays silent",
    looks: [
      [0, undefined],
      [60_000, undefined],
    ],
    end: "E_PROBATION: after 60 s, the supervisor does not answer",
  },
  {
    title: "is well at the end",
    looks: [
      [0, "RUNNING 7"],
      [10_000, "RUNNING 7", { health: WELL }],
    ],
    rules: health,
    end: "trusted",
  },
  {
    title: "is not well yet",
    looks: [
      [0, "RUNNING 7"],
      [9999, "RUNNING 7", { health: SICK }],
    ],
    rules: health,
    end: "watching: it is not healthy yet",
  },
  {
    title: "never becomes well",
    looks: [
      [0, "RUNNING 7"],
      [10_000, "RUNNING 7", { health: SICK }],
    ],
    rules: health,
    end: "E_HEALTH: no check was well within 10 s: no answer",
  },
  {
    title: "a short probation leaves time to become well",
    looks: [
      [0, "RUNNING 7"],
      [9000, "RUNNING 7", { health: SICK }],
      [9500, "RUNNING 7", { health: WELL }],
    ],
    rules: { ...health, requiredMs: 0 },
    end: "trusted",
  },
  {
    title: "one failed check at the end is waited out",
    looks: [
      [0, "RUNNING 7", { health: WELL }],
      [10_000, "RUNNING 7", { health: { ...WELL, failures: 1 } }],
    ],
    rules: health,
    end: "watching: the last health check failed",
  },
  {
    title: "two in a row are not",
    looks: [
      [0, "RUNNING 7", { health: WELL }],
      [500, "RUNNING 7", { health: { failures: 2, hasSucceeded: true, problem: "503" } }],
    ],
    rules: health,
    end: "E_HEALTH: it was well, then 2 checks in a row failed: 503",
  },
  {
    title: "the server has answered",
    looks: [
      [0, "RUNNING 7"],
      [10_000, "RUNNING 7", { serverAnswered: true }],
    ],
    rules: server,
    end: "trusted",
  },
  {
    title: "the server never answers",
    looks: [
      [0, "RUNNING 7"],
      [59_999, "RUNNING 7"],
      [60_000, "RUNNING 7"],
    ],
    rules: server,
    end: "E_PROBATION: after 60 s, the server has not answered since the program was started",
  },
  {
    title: "has no program, and nothing is asked",
    looks: [[0, undefined]],
    rules: { program: undefined, requiredMs: 0 },
    end: "trusted",
  },
];

test.each(rows)("$title: $end", ({ looks, rules, end }) => {
  expect(inWords(watching(looks, rules))).toBe(end);
});

describe("of several programs", () => {
  const look = (at: number, ...seen: readonly string[]): Sight => ({
    at,
    programs: seen.map((text, index) => program(text, `app_${index}`)),
    health: NOT_ASKED,
    serverAnswered: false,
  });

  test("all have to run for the whole time", () => {
    const first = nextVerdict(beginWatch(0), look(0, "RUNNING 1", "STARTING 2"), RULES);
    if (first.kind !== "watching") throw new Error(first.kind);
    const second = nextVerdict(first.watch, look(5000, "RUNNING 1", "RUNNING 2"), RULES);
    if (second.kind !== "watching") throw new Error(second.kind);
    expect(nextVerdict(second.watch, look(14_000, "RUNNING 1", "RUNNING 2"), RULES).kind).toBe("watching");
    expect(nextVerdict(second.watch, look(15_000, "RUNNING 1", "RUNNING 2"), RULES).kind).toBe("trusted");
  });

  test("the one that fails is named, so that its log can be read", () => {
    expect(nextVerdict(beginWatch(0), look(0, "RUNNING 1", "FATAL"), RULES)).toMatchObject({ program: "app_1" });
  });
});
