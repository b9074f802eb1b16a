/** What the two sides of a store's thread say to each other. */
import type { ErrorCode } from "@gateway-engine/core/error-codes";
import type { ErrorDetails } from "@gateway-engine/core/errors";

/** A method of the store by its name, with arguments that can be copied between threads. */
export interface Call {
  readonly method: string;
  readonly args: readonly unknown[];
}

export type ThreadRequest =
  /** Calls that change the store: each all or nothing, all of them with one commit. */
  | { readonly kind: "commit"; readonly calls: readonly Call[] }
  | { readonly kind: "read"; readonly id: number; readonly call: Call }
  | { readonly kind: "close" };

export type ThreadAnswer =
  | { readonly kind: "opened" }
  | { readonly kind: "not-opened"; readonly failure: Failure }
  /** One outcome for each call, in order; undefined: all went well, and have no result. */
  | { readonly kind: "committed"; readonly outcomes: readonly Outcome[] | undefined }
  | { readonly kind: "read"; readonly id: number; readonly outcome: Outcome };

export type Outcome =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly failure: Failure };

/** Errors lose their class on the way between threads; code and details do not. */
export interface Failure {
  readonly code: ErrorCode;
  readonly details: ErrorDetails;
}
