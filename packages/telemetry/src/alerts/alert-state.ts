/**
 * When one alert is raised and when it is cleared.
 *
 *     quiet --over the limit--> over --for `holdMs`--> raised --back below--> settling --for `holdMs`--> quiet
 *
 * Between the limit and the level that clears, everything stays as it is, so a value that swings around the limit raises once.
 */
import type { MonotonicMs } from "@gateway-engine/core/clock";

export type AlertState =
  | { readonly kind: "quiet" }
  | { readonly kind: "over"; readonly since: MonotonicMs }
  | { readonly kind: "raised" }
  | { readonly kind: "settling"; readonly since: MonotonicMs };

export interface Threshold {
  readonly limit: number;
  /** The level that clears; on the good side of the limit. */
  readonly clear: number;
  readonly worse: "higher" | "lower";
  readonly holdMs: number;
}

export interface AlertTransition {
  readonly state: AlertState;
  readonly effect?: "raise" | "clear";
}

export const QUIET: AlertState = { kind: "quiet" };

/** Where an alert goes with a new value. */
export function nextAlert(
  state: AlertState,
  { value, at }: { readonly value: number; readonly at: MonotonicMs },
  threshold: Threshold,
): AlertTransition {
  const { holdMs } = threshold;
  switch (state.kind) {
    case "quiet":
    case "over": {
      if (!reaches(value, threshold)) return { state: QUIET };
      const since = state.kind === "over" ? state.since : at;
      return at - since >= holdMs ? { state: { kind: "raised" }, effect: "raise" } : { state: { kind: "over", since } };
    }
    case "raised":
    case "settling": {
      if (!clears(value, threshold)) return { state: { kind: "raised" } };
      const since = state.kind === "settling" ? state.since : at;
      return at - since >= holdMs ? { state: QUIET, effect: "clear" } : { state: { kind: "settling", since } };
    }
    default:
      return state satisfies never;
  }
}

function reaches(value: number, { limit, worse }: Threshold): boolean {
  return worse === "higher" ? value >= limit : value <= limit;
}

function clears(value: number, { clear, worse }: Threshold): boolean {
  return worse === "higher" ? value <= clear : value >= clear;
}
