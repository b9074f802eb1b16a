/** How long it takes to empty the logs of 500 programs. */
import type { Measurement, Row } from "../../measurement.ts";
import { inTurns, rowOf } from "../../turns.ts";
import { medianOf, timeOperation } from "../operation.ts";
import type { SupervisorPeer } from "../peer.ts";
import { type SupervisorContext, withPeer } from "../running-peers.ts";
import { controlled, MANY, manySleepers, NO_SLOWER, untilAllRun } from "./many.ts";

/** The original takes about a second a program. */
const LIMIT_MS = 20_000;

export const clear: Measurement<SupervisorPeer> = {
  name: "clear",
  about: `emptying the logs of ${MANY} programs; given up after ${LIMIT_MS / 1000} s`,
  run,
};

async function run(context: SupervisorContext): Promise<readonly Row[]> {
  const found = await inTurns(controlled(context), 1, (peer) =>
    withPeer(context, { peer, workload: manySleepers(true) }, async (running) => {
      await untilAllRun(running);
      return timeOperation(running, "clear all", LIMIT_MS);
    }),
  );
  return [rowOf({ figure: `clear all of ${MANY}`, unit: "ms", targets: [NO_SLOWER] }, found, medianOf)];
}
