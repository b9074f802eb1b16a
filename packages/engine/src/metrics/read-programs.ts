import type { SupervisorClient } from "@gateway-engine/supervisor/client";
import type { ProgramReading } from "@gateway-engine/telemetry/metrics/program-metrics";

/** @throws GatewayEngineError when no supervisor answers */
export async function readPrograms(
  supervisor: Pick<SupervisorClient, "getAllProcessInfo">,
  signal: AbortSignal,
): Promise<readonly ProgramReading[]> {
  const processes = await supervisor.getAllProcessInfo(signal);
  return processes.map(({ group, name, statename, start }) => ({
    group,
    name,
    state: statename,
    startedAt: statename === "RUNNING" ? start : undefined,
    restarts: undefined,
    cpuSeconds: undefined,
    memoryBytes: undefined,
  }));
}
