import type { Clock } from "./clock.ts";
import { GatewayEngineError } from "./errors.ts";

/** Something that only one program may hold at a time. */
export interface Held {
  release(): void;
}

export interface ExclusiveDeps {
  readonly clock: Clock;
  /** Takes the lock, or throws E_LOCKED. */
  readonly lock: () => Held;
}

/** Another writer needs a few milliseconds; one that takes seconds is stuck. */
const PATIENCE_MS = 5000;
const RETRY_MS = 20;
/** The wait is bounded by `PATIENCE_MS`, and a half-done change must not be left behind. */
const NEVER = new AbortController().signal;

/**
 * Does a short piece of work while no other program does such work.
 *
 * @throws GatewayEngineError E_LOCKED when another holds the lock for seconds
 */
export async function exclusively<Value>({ clock, lock }: ExclusiveDeps, work: () => Promise<Value>): Promise<Value> {
  const held = await take(clock, lock);
  try {
    return await work();
  } finally {
    held.release();
  }
}

async function take(clock: Clock, lock: () => Held): Promise<Held> {
  const giveUpAt = clock.monotonic() + PATIENCE_MS;
  for (;;) {
    try {
      return lock();
    } catch (error) {
      const taken = error instanceof GatewayEngineError && error.code === "E_LOCKED";
      if (!taken || clock.monotonic() > giveUpAt) throw error;
    }
    await clock.sleep(RETRY_MS, NEVER);
  }
}
