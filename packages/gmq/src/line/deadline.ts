import type { Clock } from "@gateway-engine/core/clock";
import { TransportError } from "@gateway-engine/core/errors";

/**
 * Ends work that makes progress, but never comes to an end, such as an answer that arrives byte by byte.
 *
 * @throws TransportError E_TIMEOUT; the signal's reason when it has aborted before
 */
export async function withDeadline<Value>(
  limit: { readonly clock: Clock; readonly ms: number; readonly what: string },
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<Value>,
): Promise<Value> {
  signal.throwIfAborted();
  const ended = new AbortController();
  const end = () => ended.abort(signal.reason);
  const timer = limit.clock.after(limit.ms, end);
  signal.addEventListener("abort", end, { once: true });
  try {
    return await work(ended.signal);
  } catch (error) {
    if (ended.signal.aborted && !signal.aborted) {
      throw new TransportError("E_TIMEOUT", { what: limit.what, timeoutMs: limit.ms }, { cause: error });
    }
    throw error;
  } finally {
    timer.cancel();
    signal.removeEventListener("abort", end);
  }
}
