/** Many crash points, and what was found at them. */
import type { SeededRandom } from "../seeded-random.ts";
import { type CrashPoint, type DurableStep, isSync } from "./durable-steps.ts";

export interface Exploration {
  readonly explored: number;
  /** One line each, with the point. */
  readonly violations: readonly string[];
}

/** Crashes at one point and looks. @returns what broke a promise, one line each */
export type Look<Point extends CrashPoint = CrashPoint> = (point: Point) => Promise<readonly string[]>;

/** Before each step, and after those that are durable when they return: what was done may not have been answered yet. */
export function killPoints(steps: readonly DurableStep[]): readonly CrashPoint[] {
  return crashPoints(steps, "kill-before", "kill-after");
}

export function shutdownPoints(steps: readonly DurableStep[]): readonly CrashPoint[] {
  return crashPoints(steps, "shutdown-before", "shutdown-after");
}

/** So many of the points, spread over all of them: one at random of each equal part. */
export function sample<Point>(points: readonly Point[], count: number, random: SeededRandom): readonly Point[] {
  if (points.length <= count) return points;
  const part = points.length / count;
  return Array.from({ length: count }, (_, index) => Math.floor((index + random.fraction()) * part)).flatMap(
    (index) => {
      const point = points[index];
      return point === undefined ? [] : [point];
    },
  );
}

/** @param looks as many as may go on at the same time, each on a machine of its own */
export async function explore<Point extends CrashPoint>(
  points: readonly Point[],
  looks: readonly Look<Point>[],
): Promise<Exploration> {
  const waiting = [...points];
  const violations: string[] = [];
  const work = async (look: Look<Point>) => {
    for (let point = waiting.shift(); point !== undefined; point = waiting.shift()) {
      violations.push(...(await violationsAt(point, look)));
    }
  };
  await Promise.all(looks.map(work));
  return { explored: points.length - waiting.length, violations };
}

/** The first violation at any of the points. */
export async function findViolation(points: readonly CrashPoint[], look: Look): Promise<string | undefined> {
  for (const point of points) {
    const [violation] = await violationsAt(point, look);
    if (violation !== undefined) return violation;
  }
  return undefined;
}

async function violationsAt<Point extends CrashPoint>(point: Point, look: Look<Point>): Promise<readonly string[]> {
  const where = `${point.action} step ${point.step}`;
  try {
    return (await look(point)).map((violation) => `${where}: ${violation}`);
  } catch (error) {
    return [`${where}: ${String(error)}`];
  }
}

function crashPoints(
  steps: readonly DurableStep[],
  before: CrashPoint["action"],
  after: CrashPoint["action"],
): readonly CrashPoint[] {
  return steps.flatMap(({ step, call }): CrashPoint[] => [
    { step, action: before },
    ...(isSync({ call }) || call.startsWith("rename") ? [{ step, action: after }] : []),
  ]);
}
