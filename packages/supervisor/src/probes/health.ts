/** Asks at a fixed pace until a program is unhealthy. */
import type { Clock } from "@gateway-engine/core/clock";
import type { Health } from "./probe.ts";
import type { Check } from "./readiness.ts";

export interface HealthRecord {
  /** In series. */
  readonly failures: number;
  readonly hasSucceeded: boolean;
}

export interface HealthVerdict {
  readonly record: HealthRecord;
  readonly isUnhealthy: boolean;
}

export const NO_CHECKS: HealthRecord = { failures: 0, hasSucceeded: false };

/** What one more check means. @param ageMs how long the program has run */
export function judge(
  record: HealthRecord,
  isWell: boolean,
  ageMs: number,
  { retries, startPeriodMs }: Pick<Health, "retries" | "startPeriodMs">,
): HealthVerdict {
  if (isWell) return { record: { failures: 0, hasSucceeded: true }, isUnhealthy: false };
  if (!record.hasSucceeded && ageMs < startPeriodMs) return { record, isUnhealthy: false };
  const failures = record.failures + 1;
  return { record: { ...record, failures }, isUnhealthy: failures >= retries };
}

/** The next beat of a fixed pace after `now`; beats that were missed are left out. */
export function nextBeat(last: number, intervalMs: number, now: number): number {
  return last + intervalMs * Math.max(1, Math.ceil((now - last) / intervalMs));
}

/** @returns why it is unhealthy, as soon as it is. Rejects with E_CANCELLED when `signal` aborts */
export async function awaitSickness(health: Health, check: Check, clock: Clock, signal: AbortSignal): Promise<string> {
  const began = clock.monotonic();
  let record = NO_CHECKS;
  for (let due = began + health.intervalMs; ; due = nextBeat(due, health.intervalMs, clock.monotonic())) {
    await clock.sleep(Math.max(0, due - clock.monotonic()), signal);
    const problem = await check(health.timeoutMs);
    const verdict = judge(record, problem === undefined, clock.monotonic() - began, health);
    record = verdict.record;
    if (verdict.isUnhealthy)
      return `${record.failures} health check${record.failures === 1 ? "" : "s"} failed: ${problem}`;
  }
}
