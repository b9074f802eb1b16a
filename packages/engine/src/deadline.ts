import type { Clock } from "@gateway-engine/core/clock";
import { TransportError } from "@gateway-engine/core/errors";

/** What has to be done, and how long it may take. */
export interface TimeLimit {
  readonly what: string;
  readonly ms: number;
  readonly signal: AbortSignal;
}

/**
 * Gives `work` a signal that also aborts when the time is up.
 *
 * @throws TransportError E_TIMEOUT, in place of what `work` throws then
 */
export async function withDeadline<Value>(
  clock: Clock,
  limit: TimeLimit,
  work: (signal: AbortSignal) => Promise<Value>,
): Promise<Value> {
  const controller = new AbortController();
  const timer = clock.after(limit.ms, () => controller.abort());
  try {
    return await work(AbortSignal.any([limit.signal, controller.signal]));
  } catch (cause) {
    if (!controller.signal.aborted || limit.signal.aborted) throw cause;
    throw new TransportError("E_TIMEOUT", { what: limit.what, timeoutMs: limit.ms }, { cause });
  } finally {
    timer.cancel();
  }
}
