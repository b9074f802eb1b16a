/** What the server is told about messages that were given up. */
import type { MonotonicMs } from "@gateway-engine/core/clock";
import type { Losses } from "../spool-store.ts";
import type { Limits } from "./budget.ts";

/** Between two reports, in milliseconds. What is lost meanwhile is in the next one. */
const REPORT_PERIOD_MS = 600_000;

/** Messages that are lost for good: not those whose time was over, which nobody wants. */
export function lost({ dropped, discarded }: Pick<Losses, "dropped" | "discarded">): number {
  return dropped + discarded;
}

/** How long to wait until a report is due; undefined: there is nothing to report. */
export function reportDueMs(losses: Losses, reportedAt: MonotonicMs | undefined, now: MonotonicMs): number | undefined {
  if (lost(losses) <= losses.reported) return undefined;
  return reportedAt === undefined ? 0 : Math.max(0, reportedAt + REPORT_PERIOD_MS - now);
}

/** The value of `queue_report`. @param since milliseconds since 1970 of the first loss after the report before */
export function formatReport(losses: Losses, { whenFull, maxBytes }: Limits, since: number): string {
  const { dropped, discarded, expired, reported } = losses;
  return JSON.stringify({
    since: Math.floor(since / 1000),
    lost: lost(losses) - reported,
    policy: whenFull,
    max_bytes: maxBytes,
    total: { dropped, discarded, expired },
  });
}
