/** What a queue costs that has nothing to do, and what each of its parts adds. */
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { copyOfNode } from "../../machine/node-copy.ts";
import { activityOf, type MemoryFacts, memoryOf } from "../../machine/process-facts.ts";
import { freePort, startServer } from "../../machine/server-process.ts";
import type { Measurement, Row, Target } from "../../measurement.ts";
import { LoadConnection } from "../load/load-connection.ts";
import { MESSAGE, PROTOCOLS } from "../load/protocols.ts";
import type { QueuePeer } from "../peer.ts";
import { ours, startGmq } from "../peers/ours.ts";
import { ownFolder, type QueueContext } from "../running-queues.ts";

/** gmq ends its database's thread 90 s after the last call; Node gives the memory back within some 10 s. */
const SETTLE_MS = 180_000;
const WATCH_MS = 20_000;

export const idle: Measurement<QueuePeer> = {
  name: "idle",
  about: `memory of a gmq that does nothing for ${SETTLE_MS / 1000} s, and what a thread, the MQTT door and its first client add`,
  run,
};

interface IdleProcess {
  readonly pid: number;
  readonly stop: () => Promise<void>;
}

interface Part {
  readonly what: string;
  readonly start: (folder: string, node: string) => Promise<IdleProcess>;
  readonly targets: readonly Target[];
}

const PARTS: readonly Part[] = [
  { what: "Node alone", start: (folder, node) => startIdleNode({ folder, node, args: [] }), targets: [] },
  {
    what: "Node with a thread",
    start: (folder, node) => startIdleNode({ folder, node, args: ["--thread"] }),
    targets: [],
  },
  {
    what: "MQTT off",
    start: (folder, node) => startGmq({ folder, node }),
    targets: [{ kind: "below", limit: 14 }],
  },
  { what: "MQTT door open", start: async (folder, node) => (await withMqttDoor(folder, node)).queue, targets: [] },
  { what: "one MQTT client", start: withMqttClient, targets: [] },
];

interface IdleFacts {
  readonly memory: MemoryFacts;
  readonly wakeUpsPerSecond: number;
}

async function run(context: QueueContext): Promise<readonly Row[]> {
  const node = copyOfNode();
  const processes = new Map<Part, IdleProcess>();
  try {
    for (const part of PARTS) processes.set(part, await part.start(ownFolder(context, part.what), node));
    context.progress(`nothing happens for ${(SETTLE_MS + WATCH_MS) / 1000} s`);
    await wait(SETTLE_MS);
    const before = new Map([...processes].map(([part, { pid }]) => [part, activityOf(pid)]));
    await wait(WATCH_MS);
    return [...processes].flatMap(([part, { pid }]) => {
      const wakeUps = activityOf(pid).wakeUps - (before.get(part)?.wakeUps ?? 0);
      return rowsOf(part, { memory: memoryOf(pid), wakeUpsPerSecond: (1000 * wakeUps) / WATCH_MS });
    });
  } finally {
    for (const { stop } of processes.values()) await stop();
  }
}

function rowsOf({ what, targets }: Part, { memory, wakeUpsPerSecond }: IdleFacts): readonly Row[] {
  const row = (figure: string, unit: string, value: number, wanted: readonly Target[]): Row => ({
    figure: `idle, ${what}, ${figure}`,
    unit,
    values: new Map([[ours.name, value]]),
    targets: wanted,
  });
  return [
    row("private dirty memory", "MB", memory.privateDirty, targets),
    row("resident memory", "MB", memory.rss, []),
    row("wake-ups", "1/s", wakeUpsPerSecond, []),
  ];
}

const IDLE_PROGRAM = join(import.meta.dirname, "../../idle-main.js");

async function startIdleNode({
  folder,
  node,
  args,
}: {
  readonly folder: string;
  readonly node: string;
  readonly args: readonly string[];
}): Promise<IdleProcess> {
  // The flag with which the launchers start our programs.
  const command = { file: node, args: ["--max-semi-space-size=4", IDLE_PROGRAM, ...args], folder };
  const server = await startServer(command, (said) => said.includes("ready"));
  return { pid: server.pid, stop: server.end };
}

async function withMqttDoor(
  folder: string,
  node: string,
): Promise<{ readonly queue: IdleProcess; readonly mqttPort: number }> {
  const mqttPort = await freePort();
  return { mqttPort, queue: await startGmq({ folder, node, config: `[mqtt]\nlisten = 127.0.0.1:${mqttPort}\n` }) };
}

async function withMqttClient(folder: string, node: string): Promise<IdleProcess> {
  const { queue, mqttPort } = await withMqttDoor(folder, node);
  let isStopping = false;
  const failed = (error: Error) => {
    if (!isStopping) throw error;
  };
  const opening = { index: 0, device: 0, message: MESSAGE, failed };
  await LoadConnection.open(mqttPort, PROTOCOLS.mqtt, opening).catch(async (error: unknown) => {
    await queue.stop();
    throw error;
  });
  return {
    pid: queue.pid,
    stop: () => {
      isStopping = true;
      return queue.stop();
    },
  };
}
