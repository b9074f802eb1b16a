import type { Limits } from "./room/budget.ts";

export interface SpoolThreadSetup {
  readonly file: string;
  readonly limits: Limits;
}
