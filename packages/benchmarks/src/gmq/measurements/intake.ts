/** How many messages are taken in, how long a sender waits, and what the answer is worth. */
import { diskSyncMs } from "../../machine/disk-sync.ts";
import { startSyncCounter } from "../../machine/sync-count.ts";
import type { Measurement, Row, Target, Value } from "../../measurement.ts";
import { median } from "../../statistics.ts";
import { inTurns, rowOf } from "../../turns.ts";
import { type LoadResult, putLoad } from "../load/load.ts";
import type { QueuePeer, RunningQueue } from "../peer.ts";
import { bareHttp } from "../peers/bare-http.ts";
import { postgresql } from "../peers/postgresql.ts";
import { rabbitmq } from "../peers/rabbitmq.ts";
import { redis } from "../peers/redis.ts";
import { type QueueContext, withQueues } from "../running-queues.ts";

const CONNECTIONS = 64;
const ROUNDS = 9;
const WARM_UP_MS = 1000;
const MEASURE_MS = 3000;
const COUNT_MS = 1500;

export const intake: Measurement<QueuePeer> = {
  name: "intake",
  about: `messages of 100 bytes over ${CONNECTIONS} connections, and the syncs of the disk for each`,
  run,
};

const RATE_TARGETS: readonly Target[] = [
  { kind: "no-less-than", peer: bareHttp.name, share: 0.6 },
  { kind: "no-less-than", peer: redis.name, share: 0.4 },
  { kind: "no-less-than", peer: postgresql.name },
  { kind: "no-less-than", peer: rabbitmq.name },
];

function run(context: QueueContext): Promise<readonly Row[]> {
  return withQueues(context, async (queues) => {
    const syncMs = diskSyncMs(context.folder);
    const found = await inTurns(context, ROUNDS, ({ name, protocol }) =>
      putLoad({
        protocol,
        port: queueOf(queues, name).port,
        connections: CONNECTIONS,
        warmUpMs: WARM_UP_MS,
        measureMs: MEASURE_MS,
      }),
    );
    const syncs = await countSyncs(context, queues);
    const middle = (figure: (result: LoadResult) => number) => (all: readonly LoadResult[]) => median(all.map(figure));
    return [
      rowOf(
        { figure: "intake, durable", unit: "1/s", targets: RATE_TARGETS },
        found,
        middle(({ perSecond }) => perSecond),
      ),
      rowOf(
        { figure: "intake, median", unit: "ms" },
        found,
        middle(({ medianMs }) => medianMs),
      ),
      rowOf(
        { figure: "intake, p99", unit: "ms", targets: [{ kind: "below", limit: 15 }] },
        found,
        middle(({ p99Ms }) => p99Ms),
      ),
      rowOf({ figure: "intake, syncs of the disk for each message", unit: "calls" }, syncs, (count) => count),
      rowOf({ figure: "intake, messages for each sync", unit: "messages" }, syncs, messagesForEach),
      rowOf({ figure: "one sync of this disk", unit: "ms" }, new Map([["gmq", syncMs]]), (ms) => ms),
    ];
  });
}

/** In rounds of their own: whoever is watched so closely is slow. */
async function countSyncs(
  { peers, folder, progress }: QueueContext,
  queues: ReadonlyMap<string, RunningQueue>,
): Promise<ReadonlyMap<string, Value>> {
  const found = new Map<string, Value>();
  for (const { name, protocol } of peers) {
    progress(`counting the syncs of ${name}`);
    const { pid, port } = queueOf(queues, name);
    const counter = await startSyncCounter(pid, folder);
    const load = { protocol, port, connections: CONNECTIONS, warmUpMs: 0, measureMs: COUNT_MS };
    const { accepted } = await putLoad(load);
    found.set(name, counter === undefined ? { none: "no strace" } : (await counter.stop()) / accepted);
  }
  return found;
}

function messagesForEach(syncs: Value): Value {
  if (typeof syncs !== "number") return syncs;
  return syncs === 0 ? { none: "none" } : 1 / syncs;
}

function queueOf(queues: ReadonlyMap<string, RunningQueue>, name: string): RunningQueue {
  const queue = queues.get(name);
  if (queue === undefined) throw new Error(`${name} was not started`);
  return queue;
}
