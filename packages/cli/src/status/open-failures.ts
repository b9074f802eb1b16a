import type { HistoryEntry } from "@gateway-engine/protocol/local-control";

const FAILED = new Set(["failed", "rolled-back"]);

/**
 * The orders whose failure still counts: nothing that was ordered later for the same application has gone well.
 *
 * @param orders the oldest first
 * @returns the newest first, at most one of each application
 */
export function openFailures(orders: readonly HistoryEntry[]): readonly HistoryEntry[] {
  const latest = new Map<string, HistoryEntry>();
  for (const order of orders) {
    const app = order.name.split(".v")[0] ?? order.name;
    latest.delete(app);
    latest.set(app, order);
  }
  return [...latest.values()].filter(({ state }) => FAILED.has(state)).toReversed();
}
