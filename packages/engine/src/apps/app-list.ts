import { GatewayEngineError } from "@gateway-engine/core/errors";
import type { AppStatus } from "@gateway-engine/protocol/local-control";
import type { ProcessInfo, SupervisorClient } from "@gateway-engine/supervisor/client";
import { withOwnParts } from "../components/own-parts.ts";
import type { VersionTable } from "../install/version-table.ts";
import type { Journal } from "../journal/journal.ts";

export interface AppListDeps {
  readonly versions: Pick<VersionTable, "apps">;
  readonly journal: Pick<Journal, "committedAt" | "openOrders">;
  readonly supervisor: Pick<SupervisorClient, "getAllProcessInfo">;
  /** Asks the running queue; undefined when none answers. */
  readonly queueVersion: (signal: AbortSignal) => Promise<string | undefined>;
}

/** The installed applications, and those that are ordered for the first time; in the order of the version table. */
export async function listApps(deps: AppListDeps, signal: AbortSignal): Promise<readonly AppStatus[]> {
  const { versions, journal, supervisor } = deps;
  const processes = await supervisor.getAllProcessInfo(signal).catch(unreachableAsUndefined);
  const orders = journal.openOrders();
  const groups = (processes ?? []).map(({ group }) => group);
  const installed = await withOwnParts(await versions.apps(), groups, () => deps.queueVersion(signal));
  const statuses = installed.map(({ name, version }): AppStatus => {
    const ordered = orders.findLast(({ app }) => app === name);
    return {
      name,
      version,
      state: stateOf(name, processes),
      since: journal.committedAt(name) ?? null,
      ordered: ordered ?? null,
    };
  });
  const fresh = orders.filter(({ app, verb }) => verb === "install" && !installed.some(({ name }) => name === app));
  const latest = new Map(fresh.map((order) => [order.app, order]));
  return [
    ...statuses,
    ...[...latest.values()].map((ordered): AppStatus => {
      return { name: ordered.app, version: null, state: "not installed", since: null, ordered };
    }),
  ];
}

/** In supervisor's words, each once; a program that numbers its processes may have several. */
function stateOf(app: string, processes: readonly ProcessInfo[] | undefined): string {
  if (processes === undefined) return "unknown";
  const states = new Set(processes.filter(({ group }) => group === app).map(({ statename }) => statename));
  return states.size === 0 ? "no program" : [...states].join(",");
}

function unreachableAsUndefined(error: unknown): undefined {
  if (!(error instanceof GatewayEngineError && error.code === "E_SUPERVISOR_UNREACHABLE")) throw error;
}
