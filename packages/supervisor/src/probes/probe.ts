/** How a program is asked whether it is well, as it is configured. */
export type Probe =
  /** It is well when the command ends with status 0. */
  | { readonly kind: "command"; readonly command: string }
  /** It is well when the port takes a connection. */
  | { readonly kind: "tcp"; readonly host: string; readonly port: number }
  /** It is well when the answer's status is 200 to 399. */
  | { readonly kind: "http"; readonly url: string };

/** When a program counts as ready for those that depend on it. */
export interface Readiness {
  readonly probe: Probe;
  /** From one try to the next. */
  readonly intervalMs: number;
  /** For all tries together, from when the child lives. */
  readonly timeoutMs: number;
}

/** When a program that runs is started again. */
export interface Health {
  readonly probe: Probe;
  readonly intervalMs: number;
  /** For one check. */
  readonly timeoutMs: number;
  /** Failures in series after which it is unhealthy. */
  readonly retries: number;
  /** Failures so soon do not count, unless a check has succeeded before. */
  readonly startPeriodMs: number;
}
