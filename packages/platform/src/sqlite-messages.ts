/** What the main side of a GroupCommitDatabase and its thread say to each other. */
import type { ErrorCode } from "@gateway-engine/core/error-codes";
import type { ErrorDetails } from "@gateway-engine/core/errors";
import type { Migration, SqlRow, SqlStatement } from "@gateway-engine/core/sql";

export interface WorkerSetup {
  readonly file: string;
  readonly migrations: readonly Migration[];
}

export type WorkerRequest =
  | { readonly kind: "commit"; readonly submissions: readonly (readonly SqlStatement[])[] }
  | { readonly kind: "read"; readonly id: number; readonly statement: SqlStatement }
  | { readonly kind: "close" };

export type WorkerAnswer =
  | { readonly kind: "opened" }
  | { readonly kind: "not-opened"; readonly failure: Failure }
  /** One outcome for each submission, in order. */
  | { readonly kind: "committed"; readonly outcomes: readonly Outcome<readonly (readonly SqlRow[])[]>[] }
  | { readonly kind: "rows"; readonly id: number; readonly outcome: Outcome<readonly SqlRow[]> };

export type Outcome<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly failure: Failure };

export interface Failure {
  readonly code: ErrorCode;
  readonly details: ErrorDetails;
}
