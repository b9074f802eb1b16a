import { UsageError } from "@gateway-engine/core/errors";
import { parseEngineFetch } from "@gateway-engine/protocol/engine-fetch";
import type { EngineOrder } from "@gateway-engine/protocol/engine-orders";
import type {
  AppsAnswer,
  HistoryAnswer,
  HistoryQuery,
  InstallProgress,
  TrafficAnswer,
  TrafficQuery,
} from "@gateway-engine/protocol/local-control";
import type { GatewayTraffic } from "@gateway-engine/telemetry/traffic/gateway-traffic";
import { type AppListDeps, listApps } from "../apps/app-list.ts";
import { type LocalInstallDeps, orderLocally } from "../install/local-install.ts";
import type { Journal } from "../journal/journal.ts";

/** What somebody on the gateway may ask and order about applications. */
export interface AppControl {
  apps(signal: AbortSignal): Promise<AppsAnswer>;
  history(query: HistoryQuery, signal: AbortSignal): Promise<HistoryAnswer>;
  traffic(query: TrafficQuery, signal: AbortSignal): Promise<TrafficAnswer>;
  /**
   * @param command as in `engine_fetch`, without "install"
   * @returns when everything in it has ended
   * @throws UsageError when the command is none; then nothing of it is done
   */
  order(command: string, onProgress: (progress: InstallProgress) => void, signal: AbortSignal): Promise<void>;
}

export interface AppControlDeps extends AppListDeps {
  readonly journal: AppListDeps["journal"] & Pick<Journal, "history">;
  readonly traffic: Pick<GatewayTraffic, "answer">;
  readonly localInstall: LocalInstallDeps;
}

export function createAppControl(deps: AppControlDeps): AppControl {
  return {
    apps: async (signal) => ({ apps: await listApps(deps, signal) }),
    history: async (query) => ({ orders: deps.journal.history(query) }),
    traffic: (query) => deps.traffic.answer(query),
    order: (command, onProgress) => orderLocally(deps.localInstall, readOrders(command), onProgress),
  };
}

/** @throws UsageError E_USAGE */
export function readOrders(command: string): readonly EngineOrder[] {
  const parsed = parseEngineFetch(command);
  if (!parsed.ok) throw new UsageError("E_USAGE", { problem: parsed.problem });
  const { orders } = parsed.value;
  if (orders.every(({ verb }) => verb !== "install")) return orders;
  throw new UsageError("E_USAGE", { problem: "packages on the gateway are installed with POST /install" });
}
