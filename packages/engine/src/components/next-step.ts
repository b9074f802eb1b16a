export interface UpdateFacts {
  /** The release that is to be in force. */
  readonly to: string;
  /** The one that is. */
  readonly linked: string;
  /** The one that this engine was started from. */
  readonly runningFrom: string;
  /** The launcher, its watchdog or the new engine itself has ended the trial. */
  readonly wentBack: boolean;
}

export type UpdateStep =
  /** Put it in force. */
  | "switch"
  /** It is in force, but not what runs: the switch was done and the engine not ended. */
  | "start-again"
  /** It is in force and runs: this is the new engine. */
  | "go-on"
  /** It was in force, and the one before is again. */
  | "report-gone-back";

/** What an engine has to do that finds the update of itself in the journal: it may be the old one or the new one. */
export function nextStep({ to, linked, runningFrom, wentBack }: UpdateFacts): UpdateStep {
  if (linked === to && !wentBack) return runningFrom === to ? "go-on" : "start-again";
  // Taken back, but cut off before the link was: the launcher finishes that before it starts anything.
  if (linked === to) return "start-again";
  return wentBack ? "report-gone-back" : "switch";
}
