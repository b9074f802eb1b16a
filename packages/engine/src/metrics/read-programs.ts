import type { SupervisorClient } from "@gateway-engine/supervisor/client";
import { processName } from "@gateway-engine/telemetry/apps/supervised-process";
import type { UsageMeter } from "@gateway-engine/telemetry/apps/usage-meter";
import type { ProgramReading } from "@gateway-engine/telemetry/metrics/program-metrics";
import { ProgramRestarts } from "../apps/program-restarts.ts";

export interface ProgramReadingDeps {
  readonly supervisor: Pick<SupervisorClient, "getAllProcessInfo" | "getStartCounts">;
  readonly meter: Pick<UsageMeter, "measure">;
}

/** @returns what reads the programs; it throws a GatewayEngineError when no supervisor answers */
export function programReader({
  supervisor,
  meter,
}: ProgramReadingDeps): (signal: AbortSignal) => Promise<readonly ProgramReading[]> {
  const programRestarts = new ProgramRestarts(supervisor);
  return async (signal) => {
    const processes = await supervisor.getAllProcessInfo(signal);
    const restarts = await programRestarts.of(processes, signal);
    const usages = meter.measure(processes.map(({ pid }) => pid).filter((pid) => pid !== 0));
    return processes.map((process) => {
      const { group, name, pid, statename, start } = process;
      const usage = usages.get(pid);
      return {
        group,
        name,
        state: statename,
        startedAt: statename === "RUNNING" ? start : undefined,
        restarts: restarts.get(processName(process)),
        cpuSeconds: usage?.cpuSeconds,
        memoryBytes: usage?.memory,
      };
    });
  };
}
