/** One action on many processes at once: its answer is a list of what came of each, in the order in which they were done. */
import type { ManagedProcess } from "../process/managed-process.ts";
import { FAULTS } from "../xmlrpc/faults.ts";
import type { XmlRpcValue } from "../xmlrpc/value.ts";
import { RpcFault } from "./fault.ts";
import type { ProcessAction } from "./process-actions.ts";

export async function doToAll(
  processes: readonly ManagedProcess[],
  action: ProcessAction,
): Promise<readonly XmlRpcValue[]> {
  const outcomes: XmlRpcValue[] = [];
  await Promise.all(processes.map(async (process) => void outcomes.push(await outcomeOf(process, action))));
  return outcomes;
}

async function outcomeOf(process: ManagedProcess, action: ProcessAction): Promise<XmlRpcValue> {
  const { name, group } = process.config;
  try {
    await action(process);
    return { name, group, status: FAULTS.SUCCESS, description: "OK" };
  } catch (error) {
    if (!(error instanceof RpcFault)) throw error;
    return { name, group, status: error.fault.code, description: error.fault.text };
  }
}
