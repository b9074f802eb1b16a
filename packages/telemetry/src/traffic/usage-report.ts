import { join } from "node:path";
import type { Files } from "@gateway-engine/core/files";
import type { InterfaceUsage, SourceUsage, UsageReport } from "@gateway-engine/protocol/reports";
import { defaultInterface, type InterfaceTotals, parseNetDev } from "./net-dev.ts";
import type { UsageLedger } from "./usage-ledger.ts";

export interface UsageReportDeps {
  readonly files: Pick<Files, "readText">;
  /** The folder that plays `/` for what is read below `/proc`; `/` on a real machine. */
  readonly root: string;
  readonly ledger: Pick<UsageLedger, "totals">;
}

/** The group that holds everything that passed an interface, whoever sent it. */
const ALL_TRAFFIC_GROUP = "interface";
const SINCE_BOOT_SOURCE = "since_boot";

/**
 * The alias `usage_report`: for each interface what passed it since it came up, by the kernel's count,
 * and on the one that requests to the server leave by, what each of the ledger's sources had of it.
 *
 * @param server the server's address: one on this machine is reached through `lo`
 * @see docs/reference/aliases.md#usage_report
 */
export async function readUsageReport({ files, root, ledger }: UsageReportDeps, server: string): Promise<UsageReport> {
  const read = async (name: string) => (await files.readText(join(root, "proc/net", name))) ?? "";
  const [netDev, route, ipv6Route] = await Promise.all([read("dev"), read("route"), read("ipv6_route")]);
  const counted = isThisMachine(server) ? "lo" : defaultInterface(route, ipv6Route);
  return usageReport(parseNetDev(netDev), counted, ledger.totals());
}

type GroupTotals = Readonly<Record<string, Readonly<Record<string, SourceUsage>>>>;

/** @param counted the interface that the ledger's requests went through */
function usageReport(
  interfaces: readonly InterfaceTotals[],
  counted: string | undefined,
  groups: GroupTotals,
): UsageReport {
  return Object.fromEntries(
    interfaces.map((totals): [string, InterfaceUsage] => {
      const all = { [ALL_TRAFFIC_GROUP]: { [SINCE_BOOT_SOURCE]: sinceBoot(totals) } };
      if (totals.name !== counted) return [totals.name, { top_consumer: "", ...all }];
      return [totals.name, { top_consumer: topConsumer(groups), ...all, ...groups }];
    }),
  );
}

/** The kernel counts neither requests nor their largest. */
function sinceBoot({ received, sent }: InterfaceTotals): SourceUsage {
  return { num: 0, tot_rx: received, max_rx: 0, tot_tx: sent, max_tx: 0 };
}

/** The group with the most bytes in both directions; empty when nothing was counted. */
function topConsumer(groups: GroupTotals): string {
  const bytes = Object.entries(groups).map(([group, sources]) => ({
    group,
    total: Object.values(sources).reduce((sum, { tot_rx, tot_tx }) => sum + tot_rx + tot_tx, 0),
  }));
  return bytes.toSorted((one, other) => other.total - one.total)[0]?.group ?? "";
}

function isThisMachine(server: string): boolean {
  if (!URL.canParse(server)) return false;
  return /^(localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(server).hostname);
}
