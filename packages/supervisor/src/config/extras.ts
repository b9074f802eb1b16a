/**
 * The values of the options that the original does not have: of `[gateway-engine]` and of `[gateway-engine:x]`.
 *
 * @see docs/reference/supervisor-extras.md
 */
export interface DaemonExtras {
  /** What becomes of children that a killed daemon left behind. */
  readonly orphans: "adopt" | "stop";
  /** How the daemon's own log is written: in the original's lines, or as JSON. */
  readonly logFormat: "raw" | "json";
}

export interface ProgramExtras {
  /** How its output is written down: as it is, or line by line with the time. */
  readonly logFormat: "raw" | "stamped" | "json";
}

export const DAEMON_EXTRA_DEFAULTS: DaemonExtras = { orphans: "adopt", logFormat: "raw" };

export const PROGRAM_EXTRA_DEFAULTS: ProgramExtras = { logFormat: "raw" };
