/** What goes with the runs of a process beyond supervisord's own rules: steps before a run, checks during it, work after it. */
import type { Result } from "@gateway-engine/core/result";

export interface RunCompanion {
  /** Somebody wants the process to run; that it comes back by itself is not told. */
  startAsked?(): void;
  /**
   * Before the child is made.
   *
   * @returns why it must not be made, which counts as a failed start; rejects when the signal aborts
   */
  admit?(admission: Admission): Promise<Result<void, string>>;
  /** The child lives; `signal` aborts when its stop is asked for or it ends. */
  accompany?(signal: AbortSignal): void;
  /** The child has ended. @param before resolves when the companions before this one have done what is done then */
  ended?(before: Promise<void>): void;
  /** Resolves when nothing is left to be done after the last run. */
  readonly settled?: Promise<void>;
}

export interface Admission {
  /** Aborts when the start is called off. */
  readonly signal: AbortSignal;
  readonly report: (wait: Wait) => void;
}

export interface Wait {
  /** For people: completes "waiting for ...". */
  readonly what: string;
  /** It does not come by itself: somebody has to do something. */
  readonly isStuck?: boolean;
}
