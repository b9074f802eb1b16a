/** The peers of one measurement, each over a folder of its own, and how they take turns. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { MeasurementContext, Row, Target, Value } from "../measurement.ts";
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

/** Calls `measure` for each peer in turn, so many times over: what else the machine does then falls on all of them alike. */
export async function inTurns<Found>(
  { peers, quick, progress }: SupervisorContext,
  rounds: number,
  measure: (peer: SupervisorPeer) => Promise<Found>,
): Promise<ReadonlyMap<string, readonly Found[]>> {
  const turns = quick ? Math.ceil(rounds / 3) : rounds;
  const found = new Map<string, Found[]>(peers.map(({ name }) => [name, []]));
  for (let round = 1; round <= turns; round += 1) {
    for (const peer of peers) {
      progress(`round ${round} of ${turns}, ${peer.name}`);
      found.get(peer.name)?.push(await measure(peer));
    }
  }
  return found;
}

/** A row of one figure that is made of all that was found of each peer. */
export function rowOf<Found>(
  { figure, unit, target }: Pick<Row, "figure" | "unit"> & { readonly target?: Target },
  found: ReadonlyMap<string, Found>,
  value: (found: Found) => Value,
): Row {
  const values = new Map([...found].map(([peer, all]) => [peer, value(all)]));
  return { figure, unit, values, ...(target === undefined ? {} : { target }) };
}
