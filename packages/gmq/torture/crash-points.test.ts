/**
 * Every crash point of the script, of which `npm run test:system` tries some. Needs root.
 * `TORTURE_POINTS=100 npm run torture -- gmq/torture/crash-points` is a shorter run: so many points of each kind.
 */
import {
  buildStepLibrary,
  type CrashPoint,
  type DurableStep,
  isSync,
} from "@gateway-engine/testkit/faults/durable-steps";
import {
  type Exploration,
  explore,
  killPoints,
  sample,
  shutdownPoints,
} from "@gateway-engine/testkit/faults/exploration";
import { LoopDisk, type LoopDiskSetup } from "@gateway-engine/testkit/faults/loop-disk";
import { tear, unsyncedRanges } from "@gateway-engine/testkit/faults/unsynced";
import { SeededRandom } from "@gateway-engine/testkit/seeded-random";
import { temporaryFolder } from "@gateway-engine/testkit/temporary-folder";
import { afterAll, expect, test } from "vitest";
import { looks, playThrough } from "../test-system/durability/survival.ts";

const SEED = Number(process.env["TORTURE_SEED"] ?? Date.now() % 1_000_000);
const POINTS = Number(process.env["TORTURE_POINTS"] ?? Number.POSITIVE_INFINITY);

const DISKS: readonly LoopDiskSetup[] = [
  { fileSystem: "ext4", megabytes: 64 },
  { fileSystem: "xfs", megabytes: 320 },
];

const folder = temporaryFolder("crash-points");
const library = buildStepLibrary(folder.path);

afterAll(() => folder.remove());

test("a kill at each durable step loses nothing", async () => {
  const { steps } = await playThrough({ library });
  const points = killPoints(steps);
  tell("kills", steps, await explore(some(points), looks({ library }, 2)));
});

test(`nor does a kill before each sync, with what is not synced torn (TORTURE_SEED=${SEED})`, async () => {
  const random = new SeededRandom(SEED);
  const { steps } = await playThrough({ library });
  const syncs = steps.filter(isSync).map(({ step }) => ({ step, action: "kill-before" }) as const);
  const meanwhile = (taken: readonly DurableStep[]) => {
    tear(unsyncedRanges(taken), random);
  };
  tell("torn writes", steps, await explore(some([...syncs, ...syncs, ...syncs]), looks({ library, meanwhile }, 2)));
});

test.each(DISKS)("nor does a hard shutdown of $fileSystem at each durable step", async (setup) => {
  using disk = new LoopDisk(setup);
  const { steps } = await playThrough({ library, disk: disk.mountPoint });
  const meanwhile = () => disk.remount();
  const exploration = await explore(some(shutdownPoints(steps)), looks({ library, disk: disk.mountPoint, meanwhile }));
  tell(`shutdowns of ${setup.fileSystem}`, steps, exploration);
});

function some(points: readonly CrashPoint[]): readonly CrashPoint[] {
  return points.length <= POINTS ? points : sample(points, POINTS, new SeededRandom(SEED));
}

function tell(what: string, steps: readonly DurableStep[], { explored, violations }: Exploration): void {
  console.log(`${what}: ${steps.length} steps, ${explored} points explored, ${violations.length} violations`);
  expect(violations).toEqual([]);
}
