import type { AlertKind, AlertRules } from "@gateway-engine/protocol/alert-rules";
import type { Threshold } from "./alert-state.ts";

/**
 * What a limit in Engine.config means: how far a value has to come back, and for how long it has to stay on one side.
 *
 * @returns undefined when the kind is switched off
 * @see docs/reference/alerts.md#raised-and-cleared
 */
export function thresholdOf(kind: AlertKind, { limits, hold }: AlertRules): Threshold | undefined {
  const limit = limits[kind];
  if (limit === undefined) return undefined;
  const holdMs = hold * 1000;
  switch (kind) {
    case "disk":
    case "memory":
    case "temperature":
      return { limit, clear: limit - Math.min(5, limit / 2), worse: "higher", holdMs };
    case "restarts":
      // An hour's count is smooth by itself.
      return { limit, clear: Math.floor(limit / 2), worse: "higher", holdMs: 0 };
    case "queue":
      return { limit, clear: Math.floor(limit / 2), worse: "higher", holdMs };
    case "certificate":
      return { limit, clear: limit + 1, worse: "lower", holdMs: 0 };
    default:
      return kind satisfies never;
  }
}
