import type { ChildExit } from "@gateway-engine/core/children";
import type { Timestamp } from "@gateway-engine/core/clock";

/** What the last run was. Milliseconds since 1970; 0: never. */
export interface RunHistory {
  readonly startedAt: Timestamp;
  readonly stoppedAt: Timestamp;
  readonly exitStatus: number | undefined;
  /** Children that were made since the daemon began; one that was there then counts too. */
  readonly starts: number;
  /** How the last one ended; undefined: none has ended. */
  readonly lastExit: ChildExit | undefined;
}

export const NO_HISTORY: RunHistory = {
  startedAt: 0,
  stoppedAt: 0,
  exitStatus: undefined,
  starts: 0,
  lastExit: undefined,
};
