/** What an answer of the server, or the lack of one, means for a batch. */
import { describeError } from "@gateway-engine/core/errors";
import type { RawAnswer } from "@gateway-engine/device-client/device-client";
import { parseRecordConflict } from "@gateway-engine/protocol/device-api";
import type { Conflicts } from "./conflicts.ts";

export type Outcome =
  /** The server has it. */
  | { readonly kind: "accepted" }
  | { readonly kind: "unauthorized" }
  | { readonly kind: "conflict"; readonly conflicts: Conflicts }
  /** The server will not take it, now or later. */
  | { readonly kind: "rejected"; readonly reason: string }
  /** It is not known whether the server has it. `retryAfterMs`: what the server asks for, at most an hour. */
  | { readonly kind: "unavailable"; readonly reason: string; readonly retryAfterMs: number };

/** A server that asks for more is asked again anyway. */
const LONGEST_REST_MS = 3_600_000;

/**
 * Only 204 counts as taken: that is what a Device API answers to a record. A 200 may come from a captive portal or a proxy.
 */
export function outcomeOf({ status, body, retryAfterMs }: RawAnswer): Outcome {
  if (status === 204) return { kind: "accepted" };
  if (status === 401) return { kind: "unauthorized" };
  if (status === 409) return { kind: "conflict", conflicts: parseRecordConflict(body) };
  const reason = `the server answered ${status}${excerpt(body)}`;
  if (status >= 400 && status < 500 && !NOT_ABOUT_THE_MESSAGE.has(status)) return { kind: "rejected", reason };
  return { kind: "unavailable", reason, retryAfterMs: Math.min(retryAfterMs ?? 0, LONGEST_REST_MS) };
}

export function outcomeOfFailure(error: unknown): Outcome {
  return { kind: "unavailable", reason: describeError(error), retryAfterMs: 0 };
}

/**
 * Statuses below 500 that every message would get alike: a wrong or half-configured server or proxy
 * (404, 405, 407, 421), or one that is busy (408, 425, 429).
 */
const NOT_ABOUT_THE_MESSAGE: ReadonlySet<number> = new Set([404, 405, 407, 408, 421, 425, 429]);

function excerpt(body: string): string {
  const line = (body.trim().split("\n")[0] ?? "").replace(/[^\x20-\x7e]/g, "?").slice(0, 200);
  return line === "" ? "" : `: ${line}`;
}
