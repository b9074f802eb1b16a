/** Staying connected: when the line drops, the session is opened again. */
import type { Clock } from "@gateway-engine/core/clock";
import { CancelledError, describeError, isRetryable } from "@gateway-engine/core/errors";
import type { Logger } from "@gateway-engine/core/logger";
import type { Random } from "@gateway-engine/core/random";
import { retryDelayMs } from "@gateway-engine/core/retry";
import type { MqttClosure, MqttSession } from "../mqtt/session.ts";

export interface ListeningDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

type Open = (signal: AbortSignal) => Promise<MqttSession>;

const RECONNECT = { firstMs: 1000, maxMs: 60_000 };

/**
 * Returns when `signal` aborts.
 *
 * @throws why the first session could not be opened, or what makes it pointless to try again
 */
export async function keepListening(deps: ListeningDeps, open: Open, signal: AbortSignal): Promise<void> {
  try {
    let session = await open(signal);
    for (;;) {
      const { error } = await untilClosed(session, signal);
      if (error === undefined) return;
      if (!isRetryable(error)) throw error;
      deps.log.error(`${describeError(error)}; connecting again`);
      session = await reopen(deps, open, signal);
    }
  } catch (error) {
    if (!(error instanceof CancelledError)) throw error;
  }
}

async function reopen({ clock, random, log }: ListeningDeps, open: Open, signal: AbortSignal): Promise<MqttSession> {
  for (let attempt = 1; ; attempt += 1) {
    await clock.sleep(retryDelayMs(RECONNECT, attempt, random), signal);
    try {
      return await open(signal);
    } catch (error) {
      if (!isRetryable(error)) throw error;
      log.error(describeError(error));
    }
  }
}

/** Closes the session when `signal` aborts. */
async function untilClosed(session: MqttSession, signal: AbortSignal): Promise<MqttClosure> {
  const leave = () => void session.close();
  signal.addEventListener("abort", leave, { once: true });
  if (signal.aborted) leave();
  try {
    return await session.closed;
  } finally {
    signal.removeEventListener("abort", leave);
  }
}
