/** Carries out what is ordered on the gateway in this process, when no engine runs. */
import { InstallError } from "@gateway-engine/core/errors";
import type { LocalInstallDeps } from "./install/local-install.ts";
import { ProgressHub } from "./install/progress.ts";
import { composeOrderWork } from "./order-work.ts";
import type { Workshop } from "./workshop.ts";

export interface LocalWorker extends LocalInstallDeps {
  /** Rejects with what kept the last orders from being worked off. */
  working(): Promise<void>;
}

export function openLocalWorker(workshop: Workshop, signal: AbortSignal): LocalWorker {
  const { journal } = workshop;
  const progress = new ProgressHub();
  const none = { remote: NO_SERVER, onResult: () => {}, engine: () => undefined };
  const { worker } = composeOrderWork({ workshop, ...none, progress });
  let working: Promise<void> = Promise.resolve();
  const onInstalls = () => {
    working = worker.workOff(signal, "local");
  };
  return { journal, progress, onInstalls, working: () => working };
}

/** Only what lies on the gateway is used without the engine. */
const NO_SERVER = {
  activated: () => Promise.resolve(),
  serverTime: () => Promise.resolve(undefined),
  download: ({ id }: { readonly id: string }) =>
    Promise.reject(new InstallError("E_DOWNLOAD", { name: id, reason: "no engine runs" })),
};
