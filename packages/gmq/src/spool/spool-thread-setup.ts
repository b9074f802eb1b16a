import type { Limits } from "./room/budget.ts";

export interface SpoolThreadSetup {
  readonly file: string;
  readonly limits: Limits;
}

/** After so long without a message or a question the thread ends, and gives its memory back: one message a minute keeps it. */
export const SPOOL_REST_MS = 90_000;
