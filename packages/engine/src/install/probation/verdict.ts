/**
 * Whether a new release has earned trust: from what is seen of its programs, one look after the other.
 *
 * @see docs/reference/install-journal.md#probation
 */
import type { MonotonicMs } from "@gateway-engine/core/clock";
import type { HealthRecord } from "./health-record.ts";
import { exitWords, judgeProgram, type ProgramSight } from "./judge-program.ts";
import type { ProgramRules } from "./program-rules.ts";

export interface ProbationRules {
  /** Undefined: the release has no program. */
  readonly program: ProgramRules | undefined;
  /** How long all has to be well without a break. */
  readonly requiredMs: number;
  /** How long, from when the programs run, the health check may take to become well. */
  readonly healthWithinMs: number;
  readonly needsHealth: boolean;
  readonly needsServer: boolean;
  /** However it goes, it is over then. */
  readonly limitMs: number;
}

/** What one look has shown. */
export interface Sight {
  readonly at: MonotonicMs;
  /** Undefined when the supervisor did not answer. */
  readonly programs: readonly ProgramSight[] | undefined;
  readonly health: HealthRecord;
  /** Whether the server has answered since the programs were started. */
  readonly serverAnswered: boolean;
}

export interface Watch {
  readonly startedAt: MonotonicMs;
  /** Since when all programs have been as they should be; undefined while one is not. */
  readonly goodSince: MonotonicMs | undefined;
  /** The last process of each program, and how often another one took its place. */
  readonly runs: ReadonlyMap<string, Run>;
}

export interface Run {
  /** 0 while it has none. */
  readonly pid: number;
  /** When it was started last, in seconds since 1970. */
  readonly start: number;
  readonly restarts: number;
}

export type Verdict =
  | { readonly kind: "watching"; readonly watch: Watch; readonly waitingFor: string }
  | { readonly kind: "trusted" }
  | {
      readonly kind: "failed";
      readonly code: "E_PROBATION" | "E_HEALTH";
      readonly reason: string;
      /** The program whose log may say more. */
      readonly program?: string;
    };

export function beginWatch(at: MonotonicMs): Watch {
  return { startedAt: at, goodSince: undefined, runs: new Map() };
}

/** More restarts than this are a crash loop. */
const MAX_RESTARTS = 3;

/** What a look means. Total; it reads no clock. */
export function nextVerdict(before: Watch, sight: Sight, rules: ProbationRules): Verdict {
  const { watch, failed, pending } = lookAtPrograms(before, sight, rules);
  if (failed !== undefined) return failed;
  const waiting = pending ?? waitingFor(watch, sight, rules);
  if (typeof waiting !== "string") return waiting;
  const { limitMs } = rules;
  if (sight.at - watch.startedAt < limitMs) return { kind: "watching", watch, waitingFor: waiting };
  return { kind: "failed", code: "E_PROBATION", reason: `after ${seconds(limitMs)}, ${waiting}` };
}

interface ProgramsLook {
  readonly watch: Watch;
  readonly failed?: Verdict;
  readonly pending?: string;
}

function lookAtPrograms(before: Watch, { at, programs }: Sight, { program: rules }: ProbationRules): ProgramsLook {
  if (rules === undefined) return { watch: { ...before, goodSince: before.goodSince ?? at } };
  const broken: Watch = { ...before, goodSince: undefined };
  if (programs === undefined) return { watch: broken, pending: "the supervisor does not answer" };
  if (programs.length === 0) return { watch: broken, pending: "the supervisor does not know the program" };
  const runs = new Map(programs.map((program) => [program.name, nextRun(before.runs.get(program.name), program)]));
  const isRestarted = programs.some(({ name }) => restartsOf(runs, name) > restartsOf(before.runs, name));
  const judged = programs.map((program) => ({ name: program.name, ...judgeProgram(program, rules) }));
  const looping = programs.find(({ name }) => restartsOf(runs, name) > MAX_RESTARTS);
  const lost = judged.find(({ kind }) => kind === "failed");
  const pending = judged.find(({ kind }) => kind === "pending");
  const goodSince = pending !== undefined ? undefined : isRestarted ? at : (before.goodSince ?? at);
  const watch = { ...before, runs, goodSince };
  if (lost !== undefined) return { watch, failed: lostProgram(lost.name, lost.what) };
  if (looping !== undefined) {
    const times = restartsOf(runs, looping.name);
    return { watch, failed: lostProgram(looping.name, `was started again ${times} times${exitWords(looping)}`) };
  }
  return pending === undefined ? { watch } : { watch, pending: `${pending.name} ${pending.what}` };
}

/** Of a program that ends at once, its pid is hardly ever seen; of two that start in the same second, only the pid tells. */
function nextRun(before: Run | undefined, { pid, start }: ProgramSight): Run {
  if (before === undefined) return { pid, start, restarts: 0 };
  const isOther = start !== before.start || (pid !== 0 && before.pid !== 0 && pid !== before.pid);
  const wasStarted = before.start !== 0 && isOther;
  return { pid: pid === 0 && !isOther ? before.pid : pid, start, restarts: before.restarts + (wasStarted ? 1 : 0) };
}

function restartsOf(runs: ReadonlyMap<string, Run>, name: string): number {
  return runs.get(name)?.restarts ?? 0;
}

function lostProgram(program: string, what: string): Verdict {
  return { kind: "failed", code: "E_PROBATION", reason: `${program} ${what}`, program };
}

/** The programs are as they should be. @returns the end of it, or what it still waits for */
function waitingFor({ goodSince = 0 }: Watch, { at, health, serverAnswered }: Sight, rules: ProbationRules) {
  const { requiredMs, healthWithinMs, needsHealth, needsServer } = rules;
  const unhealthy = (times: string): Verdict => ({
    kind: "failed",
    code: "E_HEALTH",
    reason: `${times}: ${health.problem}`,
  });
  if (needsHealth && health.hasSucceeded && health.failures >= FAILURES_THAT_COUNT) {
    return unhealthy(`it was well, then ${health.failures} checks in a row failed`);
  }
  const runsFor = at - goodSince;
  if (needsHealth && !health.hasSucceeded) {
    if (runsFor < healthWithinMs) return "it is not healthy yet";
    return unhealthy(`no check was well within ${seconds(healthWithinMs)}`);
  }
  if (runsFor < requiredMs) return `it runs for ${seconds(runsFor)} of ${seconds(requiredMs)}`;
  if (needsHealth && health.failures > 0) return "the last health check failed";
  if (needsServer && !serverAnswered) return "the server has not answered since the program was started";
  const trusted: Verdict = { kind: "trusted" };
  return trusted;
}

const FAILURES_THAT_COUNT = 2;

function seconds(ms: number): string {
  return `${Math.round(ms / 100) / 10} s`;
}
