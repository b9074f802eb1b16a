/** Estimates, where it is switched on, what applications move past the queue. Loaded only then. */
import type { Clock } from "@gateway-engine/core/clock";
import { describeError } from "@gateway-engine/core/errors";
import type { Logger } from "@gateway-engine/core/logger";
import type { SocketSampler } from "@gateway-engine/telemetry/sockets/socket-sampler";

export interface ApplicationSocketsDeps {
  readonly sampler: Pick<SocketSampler, "sample">;
  readonly clock: Pick<Clock, "sleep">;
  readonly log: Logger;
}

const LOOK_EVERY_MS = 60_000;

/** Until `signal` aborts; then rejects with its reason. */
export async function watchApplicationSockets(
  { sampler, clock, log }: ApplicationSocketsDeps,
  signal: AbortSignal,
): Promise<never> {
  let told = "";
  for (;;) {
    const trouble = await sampler.sample(signal).then(
      () => "",
      (error: unknown) => describeError(error),
    );
    signal.throwIfAborted();
    // The same trouble is told once.
    if (trouble !== "" && trouble !== told) log.warn(`the sockets of applications cannot be looked at: ${trouble}`);
    told = trouble;
    await clock.sleep(LOOK_EVERY_MS, signal);
  }
}
