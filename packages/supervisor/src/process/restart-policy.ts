/**
 * When a program is started again that nobody asked to start, and when it is not any more.
 *
 * Without options of ours it is the original's rule: failed starts wait 1, 2, 3 ... seconds up to `startretries`, and a
 * program that ran is started again at once.
 *
 * @see docs/reference/supervisor-extras.md#restarts
 */
import type { MonotonicMs } from "@gateway-engine/core/clock";
import type { RestartPolicy } from "../config/extras.ts";
import { type Attempts, attemptsOf, type RestartHistory } from "./state.ts";

export type RestartPlan = { readonly attempts: Attempts } & (
  | { readonly kind: "at-once" }
  | { readonly kind: "after"; readonly ms: number }
  | {
      readonly kind: "give-up";
      /** Completes the line `gave up: x entered FATAL state, ...`. */
      readonly why: string;
      /** What is told of it instead of how the last try ended. */
      readonly reason?: string;
    }
);

/** @param before what came before this failure */
export function afterFailedStart(
  before: Attempts,
  at: MonotonicMs,
  policy: RestartPolicy & { readonly startretries: number },
): RestartPlan {
  const failures = before.failures + 1;
  const attempts = { ...attemptsOf(before), failures };
  if (failures > policy.startretries && !policy.endless) return { kind: "give-up", why: TOO_MANY_RETRIES, attempts };
  const restarts = countRestart(before.restarts, at, policy);
  if (restarts === undefined) return overLimit(attempts, policy);
  const ceilingMs = policy.maxMs ?? (policy.endless ? BACKOFF_MAX_MS : LONGEST_TIMER_MS);
  const ms = backoffMs(policy, restarts.inSeries) ?? Math.min(failures * 1000, ceilingMs);
  return { kind: "after", ms, attempts: { ...attempts, restarts } };
}

/** @param ranMs how long the run lasted that ended at `at` */
export function afterRun(before: Attempts, ranMs: number, at: MonotonicMs, policy: RestartPolicy): RestartPlan {
  const briefRuns = ranMs < BRIEF_MS ? before.briefRuns + 1 : 0;
  const attempts = { ...attemptsOf(before), failures: 0, briefRuns };
  const { inSeries, times } = before.restarts ?? NO_RESTARTS;
  const endsSeries = ranMs >= (policy.maxMs ?? BACKOFF_MAX_MS);
  const restarts = countRestart({ inSeries: endsSeries ? 0 : inSeries, times }, at, policy);
  if (restarts === undefined) return overLimit(attempts, policy);
  const ms = backoffMs(policy, restarts.inSeries) ?? (briefRuns < BRIEF_RUNS_AT_ONCE ? 0 : BRIEF_MS);
  const next = { ...attempts, restarts };
  return ms === 0 ? { kind: "at-once", attempts: next } : { kind: "after", ms, attempts: next };
}

/** undefined: `backoff_initial` is not set. */
function backoffMs({ initialMs, factor, maxMs = BACKOFF_MAX_MS }: RestartPolicy, inSeries: number): number | undefined {
  return initialMs === undefined ? undefined : Math.min(initialMs * factor ** (inSeries - 1), maxMs);
}

/** @returns undefined when one restart more would be too many */
function countRestart(
  { inSeries, times }: RestartHistory = NO_RESTARTS,
  at: MonotonicMs,
  { limit }: RestartPolicy,
): RestartHistory | undefined {
  if (limit === undefined) return { inSeries: inSeries + 1, times: [] };
  const recent = times.filter((time) => at - time < limit.withinMs);
  return recent.length < limit.restarts ? { inSeries: inSeries + 1, times: [...recent, at] } : undefined;
}

function overLimit(attempts: Attempts, { limit }: RestartPolicy): RestartPlan {
  const { restarts = 0, withinMs = 0 } = limit ?? {};
  const phrase = `ore than ${restarts} restart${restarts === 1 ? "" : "s"} in ${withinMs / 1000} seconds`;
  return { kind: "give-up", why: `m${phrase}`, reason: `M${phrase}`, attempts };
}

const NO_RESTARTS: RestartHistory = { inSeries: 0, times: [] };
export const TOO_MANY_RETRIES = "too many start retries too quickly";

/** Where waits end that grow, unless `backoff_max` says otherwise. */
const BACKOFF_MAX_MS = 60_000;

/** Nearly 25 days. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** A program that ends by itself within a second is started again at once this often, then once a second. */
const BRIEF_RUNS_AT_ONCE = 10;
const BRIEF_MS = 1000;
