import type { Install } from "../journal/orders.ts";

/** What a step of an install is told besides its effect. */
export interface StepContext {
  readonly install: Install;
  readonly signal: AbortSignal;
  readonly onOutput: (text: string) => void;
  /** Bytes of the package that are here, and bytes in all. */
  readonly onFetched: (received: number, total: number) => void;
}
