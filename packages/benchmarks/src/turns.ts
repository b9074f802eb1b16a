/** How the peers of a measurement take turns, and what is made of all that was found. */
import type { MeasurementContext, Peer, Row, Value } from "./measurement.ts";

/** Calls `measure` for each peer in turn, so many times over: what else the machine does then falls on all of them alike. */
export async function inTurns<SomePeer extends Peer, Found>(
  { peers, quick, progress }: Pick<MeasurementContext<SomePeer>, "peers" | "quick" | "progress">,
  rounds: number,
  measure: (peer: SomePeer) => Promise<Found>,
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
  { figure, unit, targets = [] }: Pick<Row, "figure" | "unit"> & Partial<Pick<Row, "targets">>,
  found: ReadonlyMap<string, Found>,
  value: (found: Found) => Value,
): Row {
  const values = new Map([...found].map(([peer, all]) => [peer, value(all)]));
  return { figure, unit, values, targets };
}
