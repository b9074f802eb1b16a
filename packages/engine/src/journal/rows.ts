/** Reading what the journal's tables hold into values of the right type. */
import { BugError } from "@gateway-engine/core/errors";
import type { SqlRow } from "@gateway-engine/core/sql";
import type { ActionState } from "../actions/state.ts";
import type { InstallState } from "../install/state.ts";

export function text(row: SqlRow, column: string): string {
  const value = row[column];
  if (typeof value === "string") return value;
  throw new BugError("E_BUG", { problem: `the journal's column ${column} holds no text` });
}

export function textOrUndefined(row: SqlRow, column: string): string | undefined {
  return row[column] === null ? undefined : text(row, column);
}

export function number(row: SqlRow, column: string): number {
  const value = row[column];
  if (typeof value === "number" || typeof value === "bigint") return Number(value);
  throw new BugError("E_BUG", { problem: `the journal's column ${column} holds no number` });
}

/** The journal holds only states that this release, or one whose states it knows, has written. */
export function readState(json: string): InstallState {
  return JSON.parse(json) as InstallState;
}

export function readActionState(json: string): ActionState {
  return JSON.parse(json) as ActionState;
}
