/** How long the stop of 500 programs takes that do not end before they are killed. */
import type { Measurement, Row } from "../../measurement.ts";
import { inTurns, rowOf } from "../../turns.ts";
import { STUBBORN } from "../children.ts";
import { medianOf } from "../operation.ts";
import type { SupervisorPeer } from "../peer.ts";
import { type SupervisorContext, withPeer } from "../running-peers.ts";
import { controlled, costOf, MANY, manySleepers, NO_SLOWER, untilAllRun } from "./many.ts";

const ROUNDS = 3;
const STOP_WAIT_SECS = 2;

export const stop: Measurement<SupervisorPeer> = {
  name: "stop",
  about: `stop of ${MANY} programs that ignore SIGTERM, with ${STOP_WAIT_SECS} s until SIGKILL`,
  run,
};

async function run(context: SupervisorContext): Promise<readonly Row[]> {
  const workload = { ...manySleepers(true), command: STUBBORN, stopWaitSecs: STOP_WAIT_SECS };
  const found = await inTurns(controlled(context), ROUNDS, (peer) =>
    withPeer(context, { peer, workload }, async (running) => {
      await untilAllRun(running);
      return costOf(running, "stop all");
    }),
  );
  const figure = `stop of ${MANY} stubborn ones`;
  return [
    rowOf({ figure, unit: "ms", targets: [NO_SLOWER] }, found, (all) => medianOf(all.map(({ ms }) => ms))),
    rowOf({ figure: `${figure}, processor`, unit: "ms" }, found, (all) => medianOf(all.map(({ cpuMs }) => cpuMs))),
  ];
}
