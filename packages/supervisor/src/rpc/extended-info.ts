/**
 * What supervisord tells of a process beyond what the original tells, with `extended_status`.
 *
 * @see docs/reference/supervisor-extras.md#status-with-more-in-it
 */
import type { SessionUsage } from "@gateway-engine/core/sessions";
import { describeExit } from "../process/ended-run.ts";
import type { ManagedProcess } from "../process/managed-process.ts";
import type { XmlRpcStruct } from "../xmlrpc/value.ts";

export function extendedInfo({ history }: ManagedProcess, usage: SessionUsage | undefined): XmlRpcStruct {
  const { starts, lastExit } = history;
  return {
    start_count: starts,
    last_exit: lastExit === undefined ? "" : describeExit(lastExit),
    process_count: usage?.processes ?? 0,
    cpu_seconds: usage?.cpuSeconds ?? 0,
    memory_kb: usage?.memoryKilobytes ?? 0,
  };
}
