import { VERSION } from "@gateway-engine/core/version";
import type { AlertLoop } from "../alerts/alert-loop.ts";
import type { Activation } from "../identity/activation.ts";
import { installLocally, type LocalInstallDeps } from "../install/local-install.ts";
import type { VersionTable } from "../install/version-table.ts";
import type { Journal } from "../journal/journal.ts";
import type { EngineLoop } from "../loop/engine-loop.ts";
import type { AppControl } from "./app-control.ts";
import type { EngineControl } from "./control-server.ts";

export interface EngineControlDeps {
  readonly pid: number;
  readonly activation: Pick<Activation, "identity" | "server" | "answeredAt">;
  readonly loop: Pick<EngineLoop, "intervalSeconds" | "wake">;
  readonly journal: Pick<Journal, "transitions" | "summaries">;
  readonly versions: Pick<VersionTable, "apps">;
  readonly appControl: AppControl;
  readonly alerts: Pick<AlertLoop, "answer">;
  readonly localInstall: LocalInstallDeps;
}

/** The running engine, as others on the gateway see it. */
export function createEngineControl(deps: EngineControlDeps): EngineControl {
  const { activation, loop, journal, versions } = deps;
  return {
    identity: () => activation.identity(),
    // The engine's own next calls are the test, and a 401 to one of them has it activate again.
    checkCik: (refused) => {
      if (refused === activation.identity().cik) loop.wake();
    },
    status: async () => ({
      version: VERSION,
      pid: deps.pid,
      activated: activation.identity().cik !== "",
      server: activation.server,
      serverAnsweredAt: activation.answeredAt ?? null,
      updateInterval: loop.intervalSeconds,
      apps: await versions.apps(),
      installs: journal.summaries(MAX_SUMMARIES).map((summary) => {
        const progress = deps.localInstall.progress.fetchProgressOf(summary.id);
        return progress === undefined ? summary : { ...summary, progress };
      }),
    }),
    ...deps.appControl,
    alerts: () => deps.alerts.answer ?? { raised: [], events: [] },
    journal: (after) => ({ transitions: journal.transitions(after) }),
    install: (packages, onProgress) => installLocally(deps.localInstall, packages, onProgress),
  };
}

const MAX_SUMMARIES = 20;
