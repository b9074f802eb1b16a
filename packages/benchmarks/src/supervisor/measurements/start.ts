/** How long the start of 500 programs takes. */
import type { Measurement, Row } from "../../measurement.ts";
import { inTurns, rowOf } from "../../turns.ts";
import { medianOf } from "../operation.ts";
import type { SupervisorPeer } from "../peer.ts";
import { type SupervisorContext, withPeer } from "../running-peers.ts";
import { controlled, costOf, MANY, manySleepers, NO_SLOWER, untilAllRun } from "./many.ts";

const ROUNDS = 3;

export const start: Measurement<SupervisorPeer> = { name: "start", about: `start of ${MANY} programs at once`, run };

async function run(context: SupervisorContext): Promise<readonly Row[]> {
  const found = await inTurns(controlled(context), ROUNDS, (peer) =>
    withPeer(context, { peer, workload: manySleepers(false) }, async (running) => {
      const cost = await costOf(running, "start all");
      await untilAllRun(running);
      return cost;
    }),
  );
  return [
    rowOf({ figure: `start of ${MANY}`, unit: "ms", targets: [NO_SLOWER] }, found, (all) =>
      medianOf(all.map(({ ms }) => ms)),
    ),
    rowOf({ figure: `start of ${MANY}, processor`, unit: "ms" }, found, (all) =>
      medianOf(all.map(({ cpuMs }) => cpuMs)),
    ),
  ];
}
