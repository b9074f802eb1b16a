/** Crash points over a whole life, on several gateways at a time. */
import type { CrashPoint, DurableStep } from "@gateway-engine/testkit/faults/durable-steps";
import { type Exploration, explore, type Look, sample } from "@gateway-engine/testkit/faults/exploration";
import type { LoopDisk } from "@gateway-engine/testkit/faults/loop-disk";
import type { SeededRandom } from "@gateway-engine/testkit/seeded-random";
import type { Chapter } from "./life.ts";
import { type LifeSetup, type PlayedChapter, playLife } from "./played-life.ts";
import { Stage } from "./stage.ts";
import type { Cut, SurvivalSetup } from "./survival.ts";

export interface LifeExploration {
  /** A gateway for each; more than one work at the same time. */
  readonly stages: readonly { readonly disk?: LoopDisk; readonly launcher?: string }[];
  readonly library: string;
  readonly life: readonly Chapter[];
  readonly promises?: SurvivalSetup["promises"];
  /** @see LifeSetup.isUnknown */
  readonly isUnknown?: boolean;
  /** Told of each chapter once it was played undisturbed. */
  readonly onPlayed?: (played: PlayedChapter) => void;
  readonly pointsOf: (steps: readonly DurableStep[]) => readonly CrashPoint[];
  /** So many points, spread over the whole life. */
  readonly count: number;
  readonly random: SeededRandom;
  /** Told of each point once it is explored: how many are by now, and what was found at this one. */
  readonly onExplored?: (exploration: Exploration) => void;
}

/** A point of a chapter. */
interface LifePoint extends CrashPoint, Cut {
  readonly chapter: number;
}

/** At every third point the engine is cut off again while it puts things in order, at most so many steps later. */
const AGAIN_EVERY = 3;
const AGAIN_WITHIN = 40;

export async function exploreLife(setup: LifeExploration): Promise<Exploration> {
  await using stages = new AsyncDisposableStack();
  const lives = await Promise.all(
    setup.stages.map(async ({ disk, launcher }) => {
      const stage = stages.use(
        await Stage.open({
          ...(disk === undefined ? {} : { disk: disk.mountPoint }),
          ...(launcher === undefined ? {} : { launcher }),
        }),
      );
      const power = disk === undefined ? {} : { disk: disk.mountPoint, remount: () => disk.remount() };
      return playLife({ stage, ...optional(setup), ...power }, setup.life);
    }),
  );
  for (const played of lives[0] ?? []) setup.onPlayed?.(played);
  let explored = 0;
  const looks = lives.map(
    (life): Look<LifePoint> =>
      async (point) => {
        const lines = await lookAt(life, point);
        explored += 1;
        setup.onExplored?.({
          explored,
          violations: lines.map((line) => `${point.action} step ${point.step}: ${line}`),
        });
        return lines;
      },
  );
  const points = (lives[0] ?? []).flatMap(({ steps }, chapter) =>
    setup.pointsOf(steps).map((point) => ({ ...point, chapter })),
  );
  return await explore(sample(points, setup.count, setup.random).map(withSecondCut(setup.random)), looks);
}

/** A crash from which nothing comes back is a violation like others. */
async function lookAt(life: readonly PlayedChapter[], point: LifePoint): Promise<readonly string[]> {
  const played = life[point.chapter];
  if (played === undefined) throw new Error("there is no such chapter");
  const violations = await played.look(point).catch((error: unknown) => [String(error)]);
  return violations.map((violation) => `${played.chapter.name}: ${violation}`);
}

function optional({ library, promises, isUnknown = false }: LifeExploration): Omit<LifeSetup, "stage"> {
  return { library, isUnknown, ...(promises === undefined ? {} : { promises }) };
}

function withSecondCut(random: SeededRandom): (point: LifePoint, index: number) => LifePoint {
  return (point, index) => (index % AGAIN_EVERY === 0 ? { ...point, again: 1 + random.below(AGAIN_WITHIN) } : point);
}
