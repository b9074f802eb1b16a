/** How long it takes to be told about 500 programs. */
import type { Measurement, Row } from "../../measurement.ts";
import { inTurns, rowOf } from "../../turns.ts";
import { medianOf, timeOperation } from "../operation.ts";
import type { SupervisorPeer } from "../peer.ts";
import { type SupervisorContext, withPeer } from "../running-peers.ts";
import { controlled, MANY, manySleepers, NO_SLOWER, untilAllRun } from "./many.ts";

const ROUNDS = 3;
const TIMES = 5;

export const status: Measurement<SupervisorPeer> = {
  name: "status",
  about: `status of ${MANY} programs, by the command a person types and by the call it makes`,
  run,
};

async function run(context: SupervisorContext): Promise<readonly Row[]> {
  const found = await inTurns(controlled(context), ROUNDS, (peer) =>
    withPeer(context, { peer, workload: manySleepers(true) }, async (running) => {
      await untilAllRun(running);
      const times = async (operation: "status command" | "status call") => {
        const values = [];
        for (let time = 0; time < TIMES; time += 1) values.push(await timeOperation(running, operation));
        return medianOf(values);
      };
      return { call: await times("status call"), command: await times("status command") };
    }),
  );
  return [
    rowOf({ figure: `status of ${MANY}, command`, unit: "ms", targets: [NO_SLOWER] }, found, (all) =>
      medianOf(all.map(({ command }) => command)),
    ),
    rowOf({ figure: `status of ${MANY}, call`, unit: "ms", targets: [NO_SLOWER] }, found, (all) =>
      medianOf(all.map(({ call }) => call)),
    ),
  ];
}
