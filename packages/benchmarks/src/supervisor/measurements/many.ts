/** What the measurements with 500 programs have in common. */
import { activityOf, childrenOf } from "../../machine/process-facts.ts";
import { until } from "../../machine/until.ts";
import type { Target, Value } from "../../measurement.ts";
import { SLEEPER } from "../children.ts";
import { timeOperation } from "../operation.ts";
import type { Operation, RunningPeer, SupervisorPeer, Workload } from "../peer.ts";
import type { SupervisorContext } from "../running-peers.ts";

export const MANY = 500;

export const NO_SLOWER: Target = { kind: "no-more-than", peer: "supervisord" };

export function manySleepers(autostart: boolean): Workload {
  return { command: SLEEPER, programs: MANY, autostart, autorestart: true, stopWaitSecs: 10 };
}

/** Those that can be told what to do. */
export function controlled(
  context: SupervisorContext,
): SupervisorContext & { readonly peers: readonly SupervisorPeer[] } {
  return { ...context, peers: context.peers.filter(({ name }) => name !== "bare Node") };
}

export async function untilAllRun({ pid }: RunningPeer): Promise<void> {
  await until(`${MANY} programs run`, () => childrenOf(pid).length >= MANY, 300_000);
}

export interface Cost {
  readonly ms: Value;
  /** Of the daemon. */
  readonly cpuMs: number;
}

export async function costOf(running: RunningPeer, operation: Operation, limitMs?: number): Promise<Cost> {
  const before = activityOf(running.pid);
  const ms = await timeOperation(running, operation, limitMs);
  return { ms, cpuMs: activityOf(running.pid).cpuMs - before.cpuMs };
}
