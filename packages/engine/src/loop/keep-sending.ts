import type { Clock } from "@gateway-engine/core/clock";
import { isRetryable, TransportError } from "@gateway-engine/core/errors";
import type { Random } from "@gateway-engine/core/random";
import { type RetrySchedule, retryDelayMs } from "@gateway-engine/core/retry";
import type { Doorbell } from "../doorbell.ts";
import type { Activation } from "../identity/activation.ts";

export interface KeepSendingDeps {
  readonly activation: Pick<Activation, "activated">;
  readonly clock: Clock;
  readonly random: Random;
}

export interface Sending {
  /** Sends what waits now. */
  readonly sendAll: (signal: AbortSignal) => Promise<void>;
  /** Rings when there may be more. */
  readonly bell: Doorbell;
  readonly retry: RetrySchedule;
  /** Something was not sent, and is tried again. */
  readonly onFailure: (error: unknown) => void;
}

/** Sends whenever there is something, while the gateway is activated, until `signal` aborts; then rejects with its reason. */
export async function keepSending(
  { activation, clock, random }: KeepSendingDeps,
  { sendAll, bell, retry, onFailure }: Sending,
  signal: AbortSignal,
): Promise<never> {
  for (let failures = 0; ; ) {
    await activation.activated(signal);
    try {
      await sendAll(signal);
      failures = 0;
      await bell.wait(signal);
    } catch (error) {
      signal.throwIfAborted();
      failures += 1;
      onFailure(error);
      await clock.sleep(retryDelayMs(retry, failures, random), signal);
    }
  }
}

/** The server has looked at a value and will never take it. */
export function isRefusal(error: unknown): boolean {
  return error instanceof TransportError && !isRetryable(error);
}
