import { basename } from "node:path";
import type { EngineOrder } from "@gateway-engine/protocol/engine-orders";
import type { InstallProgress } from "@gateway-engine/protocol/local-control";
import type { Journal } from "../journal/journal.ts";
import type { LocalOrder } from "../journal/orders.ts";
import type { ProgressHub } from "./progress.ts";

export interface LocalInstallDeps {
  readonly journal: Pick<Journal, "receiveLocal">;
  readonly progress: ProgressHub;
  /** Installs wait in the journal. */
  readonly onInstalls: () => void;
}

/**
 * Orders package files that lie on the gateway, and watches them being installed.
 *
 * @param packages absolute paths
 * @returns when each has ended
 */
export function installLocally(
  deps: LocalInstallDeps,
  packages: readonly string[],
  onProgress: (progress: InstallProgress) => void,
): Promise<void> {
  const orders = packages.map((source) => ({ verb: "install", name: basename(source), source }) as const);
  return orderLocally(deps, orders, onProgress);
}

/** Orders something on the gateway itself, and watches it being done. @returns when each order has ended */
export async function orderLocally(
  { journal, progress, onInstalls }: LocalInstallDeps,
  orders: readonly (EngineOrder | LocalOrder)[],
  onProgress: (progress: InstallProgress) => void,
): Promise<void> {
  const pending = new Set(journal.receiveLocal(orders));
  await new Promise<void>((resolve) => {
    const unsubscribe = progress.subscribe((order, step) => {
      if (!pending.has(order.id)) return;
      onProgress(step);
      if (step.kind === "done") pending.delete(order.id);
      if (pending.size > 0) return;
      unsubscribe();
      resolve();
    });
    onInstalls();
  });
}
