import type { Action } from "../journal/orders.ts";

/** What is to be done, and how whoever does it is stopped and heard. */
export interface ActionContext {
  readonly action: Action;
  readonly signal: AbortSignal;
  readonly onOutput: (text: string) => void;
}
