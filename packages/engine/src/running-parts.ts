import type { Clock } from "@gateway-engine/core/clock";
import type { Service } from "@gateway-engine/core/service";

export interface RunningParts extends Service {
  /** Rejects when a loop ended by itself. */
  readonly failure: Promise<never>;
}

export interface Parts {
  /** Each runs until its signal aborts. */
  readonly loops: readonly ((signal: AbortSignal) => Promise<never>)[];
  /** Opens the socket on which the loops can be reached. */
  readonly listen: () => Promise<{ stop(graceMs: number): Promise<void> }>;
}

/** Starts a socket and the loops behind it together, and ends them together. */
export function runningParts({ loops, listen }: Parts, clock: Pick<Clock, "sleep">): RunningParts {
  const stopping = new AbortController();
  const failed = Promise.withResolvers<never>();
  failed.promise.catch(() => {});
  let server: Awaited<ReturnType<Parts["listen"]>> | undefined;
  let ended: Promise<unknown> = Promise.resolve();
  return {
    failure: failed.promise,
    start: async () => {
      server = await listen();
      const running = loops.map(async (run) => {
        await run(stopping.signal).catch((error: unknown) => {
          if (!stopping.signal.aborted) failed.reject(error);
        });
      });
      ended = Promise.all(running);
    },
    stop: async (deadlineMs) => {
      stopping.abort();
      const tooLate = new AbortController();
      const deadline = clock.sleep(deadlineMs, tooLate.signal).catch(() => {});
      await Promise.all([server?.stop(Math.min(deadlineMs, SOCKET_GRACE_MS)), Promise.race([ended, deadline])]);
      tooLate.abort();
    },
  };
}

/** For answers that are under way when the engine is told to stop. */
const SOCKET_GRACE_MS = 200;
