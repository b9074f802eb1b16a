import type { Clock, Timer } from "@gateway-engine/core/clock";
import { CancelledError } from "@gateway-engine/core/errors";

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep,
  after,
};

function after(ms: number, fire: () => void): Timer {
  const handle = setTimeout(fire, Math.min(ms, LONGEST_TIMER_MS));
  return { cancel: () => clearTimeout(handle) };
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const cancel = () => {
      timer.cancel();
      reject(new CancelledError("E_CANCELLED", { what: "a wait" }, { cause: signal.reason }));
    };
    const timer = after(ms, () => {
      signal.removeEventListener("abort", cancel);
      resolve();
    });
    if (signal.aborted) cancel();
    else signal.addEventListener("abort", cancel, { once: true });
  });
}

/** Node fires a longer timer at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;
