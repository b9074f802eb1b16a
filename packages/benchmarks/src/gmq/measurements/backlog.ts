/** What a queue costs that has grown for days. */
import { rmSync } from "node:fs";
import { peakOf } from "../../machine/process-facts.ts";
import { until } from "../../machine/until.ts";
import type { Measurement, Row, Target } from "../../measurement.ts";
import { median } from "../../statistics.ts";
import { putLoad } from "../load/load.ts";
import type { QueuePeer, RunningQueue } from "../peer.ts";
import { type GmqSetting, ours, startGmq } from "../peers/ours.ts";
import { megabytesOf, multiply, queueFile } from "../queue-file.ts";
import { drain, statusOf } from "../queue-status.ts";
import { ownFolder, type QueueContext } from "../running-queues.ts";
import { startSink } from "../upstreams/sink.ts";

const MESSAGES = 10_000_000;
const MESSAGES_FOR_A_LOOK = 1_000_000;
const DEVICES = 8;
const ROUNDS = 9;
const LOAD = { protocol: "http", devices: DEVICES, connections: 64, warmUpMs: 1000, measureMs: 3000 } as const;

/** Nothing may be refused or dropped. */
const CONFIG = "[db]\nmax_bytes = 100GB\n\n[mqtt]\nlisten = off\n";

export const backlog: Measurement<QueuePeer> = {
  name: "backlog",
  about: `${MESSAGES} messages in the queue (--quick: ${MESSAGES_FOR_A_LOOK}): memory, start, intake, drain, size of the file`,
  run,
};

interface BacklogFacts {
  readonly startMs: number;
  readonly peakMemory: number;
  /** Intake with the backlog, as a share of that without; by round. */
  readonly share: readonly number[];
  readonly drainPerSecond: number;
  readonly fullFile: number;
  readonly emptyFile: number;
}

async function run(context: QueueContext): Promise<readonly Row[]> {
  const messages = context.quick ? MESSAGES_FOR_A_LOOK : MESSAGES;
  const folder = ownFolder(context, "full");
  const file = queueFile(folder);
  context.progress(`filling the file of the queue with ${messages} messages, not by the front door`);
  const added = await fill(folder, messages);
  const fullFile = megabytesOf(file);
  const { startMs, queue } = await timedStart({ folder, config: CONFIG });
  const { queued } = await statusOf(queue.port);
  if (queued < added) throw new Error(`of ${added} messages the queue knows ${queued}`);
  const share = await compareIntake(context, queue);
  const memoryBefore = peakOf(queue.pid);
  await queue.stop();
  const drained = await drainAll(context, folder);
  return rowsOf(messages, {
    startMs,
    share,
    fullFile,
    ...drained,
    peakMemory: Math.max(memoryBefore, drained.peakMemory),
  });
}

async function fill(folder: string, messages: number): Promise<number> {
  const queue = await startGmq({ folder, config: CONFIG });
  await putLoad({ ...LOAD, port: queue.port, connections: DEVICES, warmUpMs: 0, measureMs: 100 });
  await queue.stop();
  return multiply(queueFile(folder), messages);
}

async function timedStart(setting: GmqSetting): Promise<{ readonly startMs: number; readonly queue: RunningQueue }> {
  const start = performance.now();
  const queue = await startGmq(setting);
  return { startMs: performance.now() - start, queue };
}

/** An empty queue takes turns with the full one. */
async function compareIntake(context: QueueContext, full: RunningQueue): Promise<readonly number[]> {
  const rounds = context.quick ? Math.ceil(ROUNDS / 3) : ROUNDS;
  const share: number[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    context.progress(`intake, round ${round} of ${rounds}`);
    const without = await intakeOfEmpty(ownFolder(context, "empty"));
    const { perSecond } = await putLoad({ ...LOAD, port: full.port });
    share.push(perSecond / without);
  }
  return share;
}

async function intakeOfEmpty(folder: string): Promise<number> {
  const empty = await startGmq({ folder, config: CONFIG });
  try {
    const { perSecond } = await putLoad({ ...LOAD, port: empty.port });
    return perSecond;
  } finally {
    await empty.stop();
    rmSync(folder, { recursive: true });
  }
}

async function drainAll(
  context: QueueContext,
  folder: string,
): Promise<Pick<BacklogFacts, "drainPerSecond" | "peakMemory" | "emptyFile">> {
  const sink = await startSink(ownFolder(context, "sink"));
  try {
    const queue = await startGmq({ folder, config: CONFIG, server: sink.url });
    try {
      let shown = Number.POSITIVE_INFINITY;
      const drainPerSecond = await drain(queue.port, ({ queued }) => {
        if (queued > shown * PROGRESS_SHARE) return;
        shown = queued;
        context.progress(`${queued} messages are still to be forwarded`);
      });
      const peakMemory = peakOf(queue.pid);
      return { drainPerSecond, peakMemory, emptyFile: await settledSize(queueFile(folder)) };
    } finally {
      await queue.stop();
    }
  } finally {
    await sink.stop();
  }
}

const PROGRESS_SHARE = 0.9;

/** The file may go on shrinking when the last message has left: until it is small, or has kept its size for a while. */
async function settledSize(file: string): Promise<number> {
  let last = { size: megabytesOf(file), at: performance.now() };
  await until(
    "the file of the queue has its size",
    () => {
      const size = megabytesOf(file);
      if (size !== last.size) last = { size, at: performance.now() };
      return size < SMALL_MB || performance.now() - last.at > SETTLED_MS;
    },
    SHRINK_LIMIT_MS,
  );
  return last.size;
}

const SMALL_MB = 1;
const SETTLED_MS = 5000;
const SHRINK_LIMIT_MS = 600_000;

function rowsOf(messages: number, facts: BacklogFacts): readonly Row[] {
  const queued = `${messages / 1e6} million queued`;
  const row = (figure: string, unit: string, value: number, ...targets: readonly Target[]): Row => ({
    figure: `${queued}, ${figure}`,
    unit,
    values: new Map([[ours.name, value]]),
    targets,
  });
  return [
    row("resident memory at its highest", "MB", facts.peakMemory, { kind: "below", limit: 100 }),
    row("start", "ms", facts.startMs, { kind: "below", limit: 1000 }),
    row("intake, share of that of an empty queue", "times", median(facts.share), { kind: "at-least", limit: 0.8 }),
    row("drain", "1/s", facts.drainPerSecond, { kind: "at-least", limit: 10_000 }),
    row("file", "MB", facts.fullFile),
    row("file after the drain", "MB", facts.emptyFile, { kind: "below", limit: Math.ceil(facts.fullFile / SHRUNK) }),
  ];
}

/** So many times smaller the file has to be. */
const SHRUNK = 10;
