import { GatewayEngineError } from "@gateway-engine/core/errors";
import type { ProcessInfo } from "@gateway-engine/engine/neighbours";

/** What the supervisor runs. @returns undefined when none answers */
export async function runningProcesses(
  environment: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<readonly ProcessInfo[] | undefined> {
  const { openNeighbours } = await import("@gateway-engine/engine/neighbours");
  const neighbours = openNeighbours(environment);
  try {
    return await neighbours.supervisor.getAllProcessInfo(signal);
  } catch (error) {
    if (!(error instanceof GatewayEngineError) || signal.aborted) throw error;
    return undefined;
  } finally {
    neighbours.close();
  }
}
