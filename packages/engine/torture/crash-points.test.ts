/**
 * Every crash point of the life of an install, of which `npm run test:system` tries some. Needs root.
 * `TORTURE_POINTS=100 npm run torture -- engine/torture/crash-points` is a shorter run: so many points of each kind.
 */
import { buildStepLibrary, type CrashPoint, type DurableStep } from "@gateway-engine/testkit/faults/durable-steps";
import { killPoints, shutdownPoints } from "@gateway-engine/testkit/faults/exploration";
import { LoopDisk } from "@gateway-engine/testkit/faults/loop-disk";
import { SeededRandom } from "@gateway-engine/testkit/seeded-random";
import { temporaryFolder } from "@gateway-engine/testkit/temporary-folder";
import { afterAll, expect, test } from "vitest";
import { exploreLife, type LifeExploration } from "../test-system/crash-points/exploration.ts";
import { LIFE } from "../test-system/crash-points/life.ts";
import { brokenPromises } from "../test-system/crash-points/promises.ts";

const SEED = Number(process.env["TORTURE_SEED"] ?? Date.now() % 1_000_000);
const POINTS = Number(process.env["TORTURE_POINTS"] ?? Number.POSITIVE_INFINITY);

const TELL_EVERY = 25;
const ALL_DAY = { timeout: 86_400_000 };

const folder = temporaryFolder("crash-points");
const library = buildStepLibrary(folder.path);

afterAll(() => folder.remove());

test(
  `a kill at each durable step of the life of an install breaks nothing (TORTURE_SEED=${SEED})`,
  ALL_DAY,
  async () => {
    await tell("kills", [{}, {}], killPoints);
  },
);

test(`nor does a hard shutdown of ext4 (TORTURE_SEED=${SEED})`, ALL_DAY, async () => {
  using disk = new LoopDisk({ fileSystem: "ext4", megabytes: 64 });
  await tell("shutdowns of ext4", [{ disk }], shutdownPoints);
});

/** Tells how far it is, and what it has found so far, as it goes. */
async function tell(
  what: string,
  stages: LifeExploration["stages"],
  pointsOf: (steps: readonly DurableStep[]) => readonly CrashPoint[],
): Promise<void> {
  const { explored, violations } = await exploreLife({
    stages,
    library,
    life: LIFE,
    promises: brokenPromises,
    pointsOf,
    count: POINTS,
    random: new SeededRandom(SEED),
    onPlayed: ({ chapter, steps }) => console.log(`${what}: ${chapter.name}: ${steps.length} steps`),
    onExplored: (so) => {
      for (const violation of so.violations) console.log(`${what}: VIOLATION at ${violation}`);
      if (so.explored % TELL_EVERY === 0) console.log(`${what}: ${so.explored} points explored`);
    },
  });
  console.log(`${what}: ${explored} points explored, ${violations.length} violations`);
  expect(violations).toEqual([]);
}
