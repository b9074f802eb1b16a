/** A long series of random steps on a real daemon with real processes, and what must be the same after it as before. */

import { setTimeout as wait } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { SeededRandom } from "@gateway-engine/testkit/seeded-random";
import { readStory } from "./log-story.ts";
import { startedIn } from "./process-view.ts";
import { randomSteps, type Step } from "./steps.ts";
import { Walker } from "./walker.ts";
import { type Holdings, WatchedDaemon } from "./watched-daemon.ts";

const STEPS_SHOWN = 50;
const STEPS_BETWEEN_LOOKS = 20;
/** How long what is being closed may take after the last step, in milliseconds. */
const SETTLE_LIMIT_MS = 10_000;

export interface WalkOutcome {
  /** What must not be. */
  readonly findings: readonly string[];
  /** The steps, up to the one at which the walk ended. */
  readonly steps: readonly Step[];
  readonly before: Holdings;
  readonly after: Holdings;
}

export async function walk(seed: number, count: number): Promise<WalkOutcome> {
  const steps = randomSteps(new SeededRandom(seed), count);
  const daemon = new WatchedDaemon();
  try {
    await daemon.start();
    const before = await steadyHoldings(daemon);
    const walker = new Walker(daemon);
    await walker.begin();
    const taken = await takeSteps(walker, steps);
    await walker.clearUp();
    const after = await settled(daemon, before);
    const { contradictions, living } = readStory(daemon.folder.read("main.log"));
    const findings = [
      ...walker.findings,
      ...contradictions,
      ...living.map((name) => `${name} lives on in the log`),
      ...startedIn(daemon.folder.path, daemon.pid).map((line) => `left: ${line}`),
    ];
    return { findings, steps: taken, before, after };
  } finally {
    await daemon.stop();
  }
}

/** For a walk that found something: what it did last, and how it is played again, up to there. */
export function describeSteps(seed: number, steps: readonly Step[]): string {
  const last = steps.slice(-STEPS_SHOWN).map((step) => JSON.stringify(step));
  const again = `TORTURE_SEED=${seed} TORTURE_STEPS=${steps.length} npm run torture -- random-walk`;
  return `${again}\nthe last of ${steps.length} steps:\n${last.join("\n")}\n`;
}

/** A program that has just begun still lets go of this and that. */
export async function steadyHoldings(daemon: WatchedDaemon): Promise<Holdings> {
  for (let last = await daemon.holdings(); ; ) {
    await wait(100);
    const now = await daemon.holdings();
    if (isDeepStrictEqual(now, last)) return now;
    last = now;
  }
}

/** @returns the steps that were taken: all, or those up to the first finding */
async function takeSteps(walker: Walker, steps: readonly Step[]): Promise<readonly Step[]> {
  for (const [index, step] of steps.entries()) {
    await walker.take(step);
    if (index % STEPS_BETWEEN_LOOKS === 0) await walker.look();
    if (walker.findings.length > 0) return steps.slice(0, index + 1);
  }
  return steps;
}

/** What it holds, as soon as that is what it held before, or when the time is over. */
export async function settled(daemon: WatchedDaemon, before: Holdings): Promise<Holdings> {
  const deadline = performance.now() + SETTLE_LIMIT_MS;
  for (;;) {
    const holdings = await daemon.holdings();
    const alone = startedIn(daemon.folder.path, daemon.pid).length === 0;
    if ((alone && isDeepStrictEqual(holdings, before)) || performance.now() > deadline) return holdings;
    await wait(50);
  }
}
