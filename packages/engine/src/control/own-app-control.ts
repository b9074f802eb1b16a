import { listApps } from "../apps/app-list.ts";
import { openWorkshop, queueVersionOf, supervisorOf } from "../compose.ts";
import type { AppControl, AppControlOptions } from "./app-control.ts";

export interface OwnAppControl {
  readonly control: AppControl;
  close(): void;
}

/** @throws StorageError E_LOCKED when an engine holds the gateway but does not answer */
export async function openOwnAppControl({ environment, write }: AppControlOptions): Promise<OwnAppControl> {
  const workshop = await openWorkshop({ environment, debugLevel: "ERROR", write });
  const deps = { ...workshop, supervisor: supervisorOf(workshop), queueVersion: queueVersionOf(workshop) };
  return {
    control: { apps: async (signal) => ({ apps: await listApps(deps, signal) }) },
    close: () => workshop.close(),
  };
}
