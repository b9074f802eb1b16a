/** The peers of one measurement, each over a folder of its own. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { MeasurementContext } from "../measurement.ts";
import type { QueuePeer, RunningQueue } from "./peer.ts";

export type QueueContext = MeasurementContext<QueuePeer>;

/** Makes an empty folder for one start of one peer. */
export function ownFolder({ folder }: Pick<QueueContext, "folder">, peer: string): string {
  const own = join(folder, `${peer.replace(/\W+/g, "-")}-${process.hrtime.bigint()}`);
  mkdirSync(own);
  return own;
}

/** Starts all of them, and ends them when `work` is done. Those that are not measured do nothing meanwhile. */
export async function withQueues<Found>(
  context: QueueContext,
  work: (queues: ReadonlyMap<string, RunningQueue>) => Promise<Found>,
): Promise<Found> {
  const queues = new Map<string, RunningQueue>();
  try {
    for (const peer of context.peers) {
      context.progress(`starting ${peer.name}`);
      queues.set(peer.name, await peer.start({ folder: ownFolder(context, peer.name) }));
    }
    return await work(queues);
  } finally {
    for (const queue of queues.values()) await queue.stop();
  }
}
