/** What it costs to wait for one program that does not end. */
import { childrenOf } from "../../machine/process-facts.ts";
import { until } from "../../machine/until.ts";
import type { Measurement, Row } from "../../measurement.ts";
import { inTurns, rowOf } from "../../turns.ts";
import { STUBBORN } from "../children.ts";
import { medianOf } from "../operation.ts";
import type { SupervisorPeer } from "../peer.ts";
import { type SupervisorContext, withPeer } from "../running-peers.ts";
import { controlled, costOf } from "./many.ts";

const ROUNDS = 3;
const STOP_WAIT_SECS = 4;

export const wait: Measurement<SupervisorPeer> = {
  name: "wait",
  about: `processor time while one program that ignores SIGTERM is waited for, ${STOP_WAIT_SECS} s`,
  run,
};

async function run(context: SupervisorContext): Promise<readonly Row[]> {
  const workload = { command: STUBBORN, programs: 1, autostart: true, autorestart: true, stopWaitSecs: STOP_WAIT_SECS };
  const found = await inTurns(controlled(context), ROUNDS, (peer) =>
    withPeer(context, { peer, workload }, async (running) => {
      await until("it runs", () => childrenOf(running.pid).length === 1);
      const { ms, cpuMs } = await costOf(running, "stop one");
      return typeof ms === "number" ? (100 * cpuMs) / ms : ms;
    }),
  );
  return [
    rowOf(
      { figure: "waiting for a stubborn one, processor", unit: "%", targets: [{ kind: "below", limit: 5 }] },
      found,
      medianOf,
    ),
  ];
}
