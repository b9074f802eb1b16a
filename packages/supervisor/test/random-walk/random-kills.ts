/** A random walk during which the daemon itself is killed again and again, at any instant. */
import { setTimeout as wait } from "node:timers/promises";
import { SeededRandom } from "@gateway-engine/testkit/seeded-random";
import { doubles, leadersIn, startedIn } from "./process-view.ts";
import { settled, steadyHoldings, type WalkOutcome } from "./random-walk.ts";
import { randomSteps, type Step } from "./steps.ts";
import { Walker } from "./walker.ts";
import { WatchedDaemon } from "./watched-daemon.ts";

const MOST_STEPS_BETWEEN_KILLS = 60;
/** After the last step, in milliseconds: in the middle of whatever it started. */
const LONGEST_PAUSE_MS = 30;

export async function walkWithKills(seed: number, kills: number): Promise<WalkOutcome> {
  const random = new SeededRandom(seed);
  const daemon = new WatchedDaemon();
  const findings: string[] = [];
  const taken: Step[] = [];
  try {
    await daemon.start();
    const before = await steadyHoldings(daemon);
    const walker = new Walker(daemon);
    await walker.begin();
    for (let kill = 0; kill < kills && findings.length + walker.findings.length === 0; kill += 1) {
      const steps = randomSteps(random, 1 + random.below(MOST_STEPS_BETWEEN_KILLS)).filter(isNoRestart);
      for (const step of steps) await walker.take(step);
      taken.push(...steps);
      await wait(random.fraction() * LONGEST_PAUSE_MS);
      findings.push(...(await killAndStart(daemon, walker)));
    }
    await walker.clearUp();
    const after = await settled(daemon, before);
    const left = startedIn(daemon.folder.path, daemon.pid).map((line) => `left: ${line}`);
    return { findings: [...findings, ...walker.findings, ...left], steps: taken, before, after };
  } finally {
    await daemon.stop();
  }
}

/** @returns what must not be: a second copy, or a process that runs again though it was being stopped */
async function killAndStart(daemon: WatchedDaemon, walker: Walker): Promise<readonly string[]> {
  const stopping = (await walker.processes()).filter(({ statename }) => statename === "STOPPING");
  await walker.withoutDaemon(async () => {
    await daemon.kill("SIGKILL");
    await daemon.start();
  });
  const copies = doubles(leadersIn(daemon.folder.path));
  const pids = stopping.map(({ pid }) => pid);
  const revived = (await walker.processes()).filter(
    ({ pid, statename }) => pids.includes(pid) && statename === "RUNNING",
  );
  return [
    ...copies.map((name) => `a second copy of ${name}`),
    ...revived.map(({ name, pid }) => `${name} with pid ${pid} was being stopped, and runs`),
  ];
}

/** In the middle of its restart a daemon is killed by the tests of restarts. */
function isNoRestart(step: Step): boolean {
  return step.kind !== "restart";
}
