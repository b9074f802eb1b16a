import type { InterfaceUsage, SourceUsage, UsageReport } from "@gateway-engine/protocol/reports";
import type { Bytes, CounterState } from "./interface-counters.ts";
import { WHOLE_INTERFACE } from "./traffic-entry.ts";
import type { PartyTotals } from "./traffic-store.ts";

/** The group that holds everything that passed an interface, whoever sent it. */
const ALL_TRAFFIC_GROUP = "interface";

/**
 * The alias `usage_report`: for each interface what passed it, by the kernel's count, and what the applications had of it.
 *
 * @param towards the interface towards the server, for entries that do not say theirs
 * @see docs/reference/aliases.md#usage_report
 */
export function usageReport(
  counters: CounterState,
  parties: readonly PartyTotals[],
  towards: string | undefined,
): UsageReport {
  const counted = parties.filter(({ application }) => application !== WHOLE_INTERFACE);
  return Object.fromEntries(
    counters.interfaces
      .filter(({ isPresent, sinceBoot }) => isPresent || sinceBoot.received + sinceBoot.sent > 0)
      .map(({ name, sinceBoot, sinceMidnight }): [string, InterfaceUsage] => {
        const all = { since_boot: allTraffic(sinceBoot), since_midnight: allTraffic(sinceMidnight) };
        const groups = groupsOf(counted.filter((party) => (party.interface || towards) === name));
        return [name, { top_consumer: topConsumer(groups), [ALL_TRAFFIC_GROUP]: all, ...groups }];
      }),
  );
}

type Groups = Readonly<Record<string, Readonly<Record<string, SourceUsage>>>>;

function groupsOf(parties: readonly PartyTotals[]): Groups {
  const groups: Record<string, Record<string, SourceUsage>> = {};
  for (const { application, purpose, requests, received, sent, maxReceived, maxSent } of parties) {
    const sources = groups[application] ?? {};
    groups[application] = sources;
    const before = sources[purpose];
    sources[purpose] = {
      num: requests + (before?.num ?? 0),
      tot_rx: received + (before?.tot_rx ?? 0),
      max_rx: Math.max(maxReceived, before?.max_rx ?? 0),
      tot_tx: sent + (before?.tot_tx ?? 0),
      max_tx: Math.max(maxSent, before?.max_tx ?? 0),
    };
  }
  return groups;
}

/** The kernel counts neither requests nor their largest. */
function allTraffic({ received, sent }: Bytes): SourceUsage {
  return { num: 0, tot_rx: received, max_rx: 0, tot_tx: sent, max_tx: 0 };
}

/** The group with the most bytes in both directions; empty when nothing was counted. */
function topConsumer(groups: Groups): string {
  const bytes = Object.entries(groups).map(([group, sources]) => ({
    group,
    total: Object.values(sources).reduce((sum, { tot_rx, tot_tx }) => sum + tot_rx + tot_tx, 0),
  }));
  return bytes.toSorted((one, other) => other.total - one.total)[0]?.group ?? "";
}
