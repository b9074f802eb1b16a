/** Asks until a program is ready, or its time is up. */
import type { Clock } from "@gateway-engine/core/clock";
import type { Readiness } from "./probe.ts";

/** @returns why it is not well; undefined: it is */
export type Check = (timeoutMs: number) => Promise<string | undefined>;

/** @returns why it is not ready in time; undefined: it is. Rejects with E_CANCELLED when `signal` aborts */
export async function awaitReadiness(
  { intervalMs, timeoutMs }: Pick<Readiness, "intervalMs" | "timeoutMs">,
  check: Check,
  clock: Clock,
  signal: AbortSignal,
): Promise<string | undefined> {
  const deadline = clock.monotonic() + timeoutMs;
  for (let due = clock.monotonic(); ; due = Math.max(due + intervalMs, clock.monotonic())) {
    await clock.sleep(Math.max(0, due - clock.monotonic()), signal);
    const problem = await check(Math.min(LONGEST_TRY_MS, Math.max(1, deadline - clock.monotonic())));
    if (problem === undefined) return undefined;
    if (due + intervalMs >= deadline || clock.monotonic() >= deadline) {
      return `not ready within ${timeoutMs / 1000} seconds: ${problem}`;
    }
  }
}

/** A try that hangs is given up, and the next one made. */
const LONGEST_TRY_MS = 5000;
