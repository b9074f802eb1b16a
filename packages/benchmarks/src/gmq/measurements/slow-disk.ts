/** What a memory card does to those who wait for it, and whether anybody else waits as well. */
import { EventLoopWatch } from "../../machine/event-loop-watch.ts";
import { slowDisk } from "../../machine/slow-disk.ts";
import type { Measurement, Row } from "../../measurement.ts";
import { median } from "../../statistics.ts";
import { inTurns, rowOf } from "../../turns.ts";
import { type LoadResult, putLoad } from "../load/load.ts";
import type { QueuePeer, RunningQueue } from "../peer.ts";
import { bareHttp } from "../peers/bare-http.ts";
import { ours } from "../peers/ours.ts";
import { ownFolder, type QueueContext } from "../running-queues.ts";

const SYNC_MS = 10;
const CONNECTIONS = 64;
const ROUNDS = 9;
const LOAD = { connections: CONNECTIONS, warmUpMs: 1000, measureMs: 3000 };

export const slowDiskIntake: Measurement<QueuePeer> = {
  name: "slow-disk",
  about: `the same load when each sync of the disk takes ${SYNC_MS} ms longer, and what else has to wait for it`,
  run,
};

interface SlowRound {
  readonly load: LoadResult;
  readonly longestStallMs: number;
}

/** A program that keeps nothing does not wait for a disk: what its event loop stands still is the machine's doing. */
const WATCHED = [ours.name, bareHttp.name];

async function run(context: QueueContext): Promise<readonly Row[]> {
  const peers = context.peers.filter(({ name }) => WATCHED.includes(name));
  const slow = await slowDisk(context.folder, SYNC_MS);
  const started = new Map<string, { readonly queue: RunningQueue; readonly watch: EventLoopWatch }>();
  try {
    for (const peer of peers) {
      const folder = ownFolder(context, peer.name);
      const watch = new EventLoopWatch(folder);
      started.set(peer.name, { queue: await peer.start({ folder, env: { ...slow, ...watch.env } }), watch });
    }
    const found = await inTurns({ ...context, peers }, ROUNDS, async ({ name, protocol }): Promise<SlowRound> => {
      const running = started.get(name);
      if (running === undefined) throw new Error(`${name} was not started`);
      const { queue, watch } = running;
      await watch.longestMs();
      const load = await putLoad({ protocol, port: queue.port, ...LOAD });
      return { load, longestStallMs: await watch.longestMs() };
    });
    return rowsOf(found);
  } finally {
    for (const { queue } of started.values()) await queue.stop();
  }
}

function rowsOf(found: ReadonlyMap<string, readonly SlowRound[]>): readonly Row[] {
  const disk = `syncs of ${SYNC_MS} ms`;
  const middle = (figure: (round: SlowRound) => number) => (all: readonly SlowRound[]) => median(all.map(figure));
  return [
    rowOf(
      { figure: `${disk}, intake`, unit: "1/s" },
      found,
      middle(({ load }) => load.perSecond),
    ),
    rowOf(
      { figure: `${disk}, median`, unit: "ms" },
      found,
      middle(({ load }) => load.medianMs),
    ),
    rowOf(
      { figure: `${disk}, p99`, unit: "ms", targets: [{ kind: "below", limit: 60 }] },
      found,
      middle(({ load }) => load.p99Ms),
    ),
    rowOf(
      {
        figure: `${disk}, longest stall of the event loop in a round`,
        unit: "ms",
        targets: [{ kind: "below", limit: 20 }],
      },
      found,
      middle(({ longestStallMs }) => longestStallMs),
    ),
    rowOf({ figure: `${disk}, longest stall of all rounds`, unit: "ms" }, found, (all) =>
      Math.max(...all.map(({ longestStallMs }) => longestStallMs)),
    ),
  ];
}
