import { openLocalWorker } from "../local-worker.ts";
import { type EngineOptions, openWorkshop, queueVersionOf, supervisorOf } from "../workshop.ts";
import { type AppControl, createAppControl } from "./app-control.ts";

export interface OwnAppControl {
  readonly control: AppControl;
  close(): void;
}

/** @throws StorageError E_LOCKED when an engine holds the gateway but does not answer */
export async function openOwnAppControl(options: EngineOptions, signal: AbortSignal): Promise<OwnAppControl> {
  const workshop = await openWorkshop(options);
  const { versions, journal } = workshop;
  const localInstall = openLocalWorker(workshop, signal);
  const control = createAppControl({
    versions,
    journal,
    supervisor: supervisorOf(workshop),
    queueVersion: queueVersionOf(workshop),
    traffic: workshop.traffic,
    localInstall,
  });
  return {
    control: {
      ...control,
      order: async (command, onProgress) => {
        const ordered = control.order(command, onProgress, signal);
        await Promise.race([ordered, localInstall.working().then(() => ordered)]);
      },
    },
    close: () => workshop.close(),
  };
}
