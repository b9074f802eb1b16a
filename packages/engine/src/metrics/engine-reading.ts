import type { Timestamp } from "@gateway-engine/core/clock";
import { VERSION } from "@gateway-engine/core/version";
import type { EngineReading } from "@gateway-engine/telemetry/metrics/engine-metrics";
import type { Activation } from "../identity/activation.ts";
import type { VersionTable } from "../install/version-table.ts";
import type { Journal } from "../journal/journal.ts";
import type { EngineLoop } from "../loop/engine-loop.ts";

export interface EngineReadingDeps {
  readonly startedAt: Timestamp;
  /** Version of Node, without its `v`. */
  readonly runtime: string;
  readonly activation: Pick<Activation, "identity">;
  readonly loop: Pick<EngineLoop, "checkIns" | "lastDoneAt" | "intervalSeconds">;
  readonly journal: Pick<Journal, "orderCounts">;
  readonly versions: Pick<VersionTable, "apps">;
}

/** Reads off the running engine what it has to tell in its metrics. */
export function engineReading(deps: EngineReadingDeps): () => Promise<EngineReading> {
  const { startedAt, runtime, activation, loop, journal, versions } = deps;
  return async () => ({
    version: VERSION,
    runtime,
    startedAt: startedAt / 1000,
    activated: activation.identity().cik !== "",
    updateInterval: loop.intervalSeconds,
    checkIns: loop.checkIns,
    lastCheckInAt: loop.lastDoneAt === undefined ? undefined : loop.lastDoneAt / 1000,
    orders: journal.orderCounts(),
    apps: await versions.apps(),
  });
}
