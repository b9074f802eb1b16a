/** A peer that runs over a folder of its own. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { MeasurementContext } from "../measurement.ts";
import type { RunningPeer, SupervisorPeer, Workload } from "./peer.ts";

export type SupervisorContext = MeasurementContext<SupervisorPeer>;

/** Runs `work` on one peer, and ends that peer. */
export async function withPeer<Found>(
  { folder }: Pick<SupervisorContext, "folder">,
  { peer, workload, node = process.execPath }: { peer: SupervisorPeer; workload: Workload; node?: string },
  work: (running: RunningPeer) => Promise<Found>,
): Promise<Found> {
  const own = join(folder, `${peer.name.replaceAll(" ", "-")}-${process.hrtime.bigint()}`);
  mkdirSync(own);
  const running = await peer.start(workload, { folder: own, node });
  try {
    return await work(running);
  } finally {
    await running.stop();
  }
}
