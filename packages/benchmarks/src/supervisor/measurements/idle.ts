/** What it costs to watch over 100 programs that do nothing. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { copyOfNode } from "../../machine/node-copy.ts";
import { activityOf, childrenOf, type MemoryFacts, memoryOf } from "../../machine/process-facts.ts";
import { until } from "../../machine/until.ts";
import type { Measurement, Row } from "../../measurement.ts";
import { rowOf } from "../../turns.ts";
import { SLEEPER } from "../children.ts";
import { startNeighbours } from "../gateway-neighbours.ts";
import type { RunningPeer, SupervisorPeer } from "../peer.ts";
import type { SupervisorContext } from "../running-peers.ts";

const PROGRAMS = 100;
const SETTLE_MS = 20_000;
const WATCH_MS = 40_000;

export const idle: Measurement<SupervisorPeer> = {
  name: "idle",
  about: `memory, processor time and wake-ups with ${PROGRAMS} programs that do nothing, over ${WATCH_MS / 1000} s`,
  run,
};

interface IdleFacts {
  readonly memory: MemoryFacts;
  /** Beside gwe and gmq on the same Node. */
  readonly sharedPss: number;
  readonly cpuPercent: number;
  readonly wakeUpsPerSecond: number;
}

async function run({ peers, folder, progress }: SupervisorContext): Promise<readonly Row[]> {
  const node = copyOfNode();
  const found = new Map<string, IdleFacts>();
  for (const peer of peers) {
    progress(`${peer.name}: ${(SETTLE_MS + WATCH_MS) / 1000} s`);
    const own = join(folder, peer.name.replaceAll(" ", "-"));
    mkdirSync(own);
    const workload = { command: SLEEPER, programs: PROGRAMS, autostart: true, autorestart: true, stopWaitSecs: 1 };
    const running = await peer.start(workload, { folder: own, node });
    try {
      found.set(peer.name, await watch(running, folder, node));
    } finally {
      await running.stop();
    }
  }
  return rowsOf(found);
}

async function watch({ pid }: RunningPeer, folder: string, node: string): Promise<IdleFacts> {
  await until(`${PROGRAMS} programs run`, () => childrenOf(pid).length >= PROGRAMS);
  await wait(SETTLE_MS);
  const before = activityOf(pid);
  const start = performance.now();
  await wait(WATCH_MS);
  const after = activityOf(pid);
  const elapsedMs = performance.now() - start;
  const memory = memoryOf(pid);
  const neighbours = await startNeighbours(folder, node);
  try {
    return {
      memory,
      sharedPss: memoryOf(pid).pss,
      cpuPercent: (100 * (after.cpuMs - before.cpuMs)) / elapsedMs,
      wakeUpsPerSecond: (1000 * (after.wakeUps - before.wakeUps)) / elapsedMs,
    };
  } finally {
    await neighbours.stop();
  }
}

function rowsOf(found: ReadonlyMap<string, IdleFacts>): readonly Row[] {
  const below = (limit: number) => ({ kind: "below", limit }) as const;
  return [
    rowOf(
      { figure: "idle, private dirty", unit: "MB", targets: [below(18)] },
      found,
      ({ memory }) => memory.privateDirty,
    ),
    rowOf(
      { figure: "idle, PSS beside gwe and gmq", unit: "MB", targets: [below(32)] },
      found,
      ({ sharedPss }) => sharedPss,
    ),
    rowOf({ figure: "idle, PSS alone", unit: "MB" }, found, ({ memory }) => memory.pss),
    rowOf({ figure: "idle, RSS", unit: "MB" }, found, ({ memory }) => memory.rss),
    rowOf({ figure: "idle, processor", unit: "%", targets: [below(0.05)] }, found, ({ cpuPercent }) => cpuPercent),
    rowOf({ figure: "idle, wake-ups", unit: "1/s", targets: [below(0.2)] }, found, (facts) => facts.wakeUpsPerSecond),
  ];
}
