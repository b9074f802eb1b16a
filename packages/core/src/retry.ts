import type { Random } from "./random.ts";

/** How long to wait between tries: doubling from `firstMs` up to `maxMs`, with jitter. */
export interface RetrySchedule {
  readonly firstMs: number;
  readonly maxMs: number;
}

/**
 * The wait before try number `attempt + 1`, after `attempt` failures (1 for the first).
 *
 * Half of the wait is fixed and half is random, so that a fleet that lost its server together does not come back together.
 *
 * @param retryAfterMs what the server asked for, if it did: never wait less
 */
export function retryDelayMs(schedule: RetrySchedule, attempt: number, random: Random, retryAfterMs = 0): number {
  const exponential = Math.min(schedule.maxMs, schedule.firstMs * 2 ** Math.min(Math.max(attempt, 1) - 1, 30));
  const jittered = exponential / 2 + (exponential / 2) * random.fraction();
  return Math.max(Math.round(jittered), retryAfterMs);
}
