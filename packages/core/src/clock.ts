/** Milliseconds since 1970-01-01T00:00:00Z: says when. It may jump when the clock is set. */
export type Timestamp = number;

/** Milliseconds since an arbitrary start: says how long. It never goes back. */
export type MonotonicMs = number;

/** Time, as far as a service may know of it. */
export interface Clock {
  now(): Timestamp;
  monotonic(): MonotonicMs;
  /** Resolves after `ms` milliseconds; rejects with E_CANCELLED as soon as `signal` aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  /** Calls `fire` once, `ms` milliseconds from now, unless cancelled first. */
  after(ms: number, fire: () => void): Timer;
}

export interface Timer {
  cancel(): void;
}
