/** How long it takes to read a configuration of 500 programs, and to make them run. */
import type { Measurement, Row } from "../../measurement.ts";
import { inTurns, rowOf } from "../../turns.ts";
import { medianOf, timeOperation } from "../operation.ts";
import type { SupervisorPeer } from "../peer.ts";
import { type SupervisorContext, withPeer } from "../running-peers.ts";
import { controlled, MANY, manySleepers, NO_SLOWER, untilAllRun } from "./many.ts";

const ROUNDS = 3;
const TIMES = 5;

export const update: Measurement<SupervisorPeer> = {
  name: "update",
  about: `reread of ${MANY} programs that did not change, and update by ${MANY} new ones`,
  run,
};

async function run(context: SupervisorContext): Promise<readonly Row[]> {
  const found = await inTurns(controlled(context), ROUNDS, (peer) =>
    withPeer(context, { peer, workload: { ...manySleepers(true), programs: 0 } }, async (running) => {
      running.configure(manySleepers(true));
      const added = await timeOperation(running, "update");
      await untilAllRun(running);
      const rereads = [];
      for (let time = 0; time < TIMES; time += 1) rereads.push(await timeOperation(running, "reread"));
      return { added, reread: medianOf(rereads) };
    }),
  );
  return [
    rowOf({ figure: `update by ${MANY} new ones`, unit: "ms", targets: [NO_SLOWER] }, found, (all) =>
      medianOf(all.map(({ added }) => added)),
    ),
    rowOf({ figure: `reread of ${MANY}`, unit: "ms", targets: [NO_SLOWER] }, found, (all) =>
      medianOf(all.map(({ reread }) => reread)),
    ),
  ];
}
