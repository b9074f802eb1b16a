import type { MonotonicMs } from "./clock.ts";

/** The run of the machine, from one start to the next, that this program is in. */
export interface Boot {
  /** Unlike that of any other. */
  readonly id: string;
  /** Milliseconds from the machine's start to the beginning of `Clock.monotonic`. */
  readonly offset: MonotonicMs;
}
