/** Many crash points, and what was found at them. */
import { type CrashPoint, type DurableStep, isSync } from "@gateway-engine/testkit/faults/durable-steps";
import type { SeededRandom } from "@gateway-engine/testkit/seeded-random";
import { type SurvivalSetup, survive } from "./survival.ts";

export interface Exploration {
  readonly explored: number;
  /** One line each, with the point. */
  readonly violations: readonly string[];
}

/** Before each step, and after each sync: what was synced may not have been answered yet. */
export function killPoints(steps: readonly DurableStep[]): readonly CrashPoint[] {
  return steps.flatMap(({ step, call }): CrashPoint[] => [
    { step, action: "kill-before" },
    ...(isSync({ call }) ? [{ step, action: "kill-after" } as const] : []),
  ]);
}

export function shutdownPoints(steps: readonly DurableStep[]): readonly CrashPoint[] {
  return steps.flatMap(({ step, call }): CrashPoint[] => [
    { step, action: "shutdown-before" },
    ...(isSync({ call }) ? [{ step, action: "shutdown-after" } as const] : []),
  ]);
}

/** So many of the points, spread over all of them: one at random of each equal part. */
export function sample(points: readonly CrashPoint[], count: number, random: SeededRandom): readonly CrashPoint[] {
  const part = points.length / count;
  return Array.from({ length: count }, (_, index) => Math.floor((index + random.fraction()) * part)).flatMap(
    (index) => {
      const point = points[index];
      return point === undefined ? [] : [point];
    },
  );
}

/** @param atOnce how many gateways are tortured at the same time */
export async function explore(setup: SurvivalSetup, points: readonly CrashPoint[], atOnce = 1): Promise<Exploration> {
  const waiting = [...points];
  const violations: string[] = [];
  const work = async () => {
    for (let point = waiting.shift(); point !== undefined; point = waiting.shift()) {
      violations.push(...(await violationsAt(setup, point)));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return { explored: points.length - waiting.length, violations };
}

/** The first violation at any of the points. */
export async function findViolation(setup: SurvivalSetup, points: readonly CrashPoint[]): Promise<string | undefined> {
  for (const point of points) {
    const [violation] = await violationsAt(setup, point);
    if (violation !== undefined) return violation;
  }
  return undefined;
}

async function violationsAt(setup: SurvivalSetup, point: CrashPoint): Promise<readonly string[]> {
  const where = `${point.action} step ${point.step}`;
  try {
    return (await survive(setup, point)).violations.map((violation) => `${where}: ${violation}`);
  } catch (error) {
    return [`${where}: ${String(error)}`];
  }
}
