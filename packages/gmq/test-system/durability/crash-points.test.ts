/** `TORTURE_SEED=7 npm run test:system -- crash-points` plays a run again; `npm run torture` explores every point. */
import { resolve } from "node:path";
import { buildStepLibrary, type CrashPoint, isSync } from "@gateway-engine/testkit/faults/durable-steps";
import { explore, killPoints, sample, shutdownPoints } from "@gateway-engine/testkit/faults/exploration";
import { LoopDisk } from "@gateway-engine/testkit/faults/loop-disk";
import { countTracedSteps, makeTracedLauncher } from "@gateway-engine/testkit/faults/traced-steps";
import { tear, unsyncedRanges } from "@gateway-engine/testkit/faults/unsynced";
import { SeededRandom } from "@gateway-engine/testkit/seeded-random";
import { temporaryFolder } from "@gateway-engine/testkit/temporary-folder";
import { afterAll, expect, test } from "vitest";
import { mayBeGivenUp } from "./sender.ts";
import { looks, playThrough } from "./survival.ts";

const SEED = Number(process.env["TORTURE_SEED"] ?? Date.now() % 1_000_000);

const folder = temporaryFolder("crash-points");
const library = buildStepLibrary(folder.path);

afterAll(() => folder.remove());

test("the durable steps of a run are the same each time, and as many as strace counts", async () => {
  const launcher = makeTracedLauncher(resolve(import.meta.dirname, "../../bin/gmq"), folder.path);
  const traced = await playThrough({ library, launcher });
  const plain = await playThrough({ library });
  const counted = Object.groupBy(traced.steps, ({ call }) => call);
  const counts = Object.fromEntries(Object.entries(counted).map(([call, steps]) => [call, steps?.length]));
  expect(await countTracedSteps(folder.path, traced.root)).toEqual(counts);
  expect(plain.steps.map(({ call }) => call)).toEqual(traced.steps.map(({ call }) => call));
  expect(new Set(plain.report.lost.map(mayBeGivenUp))).toEqual(new Set(["dropped", "expired"]));
  console.log(`${plain.steps.length} durable steps: ${JSON.stringify(counts)}`);
});

test(`a kill at any durable step loses nothing (TORTURE_SEED=${SEED})`, async () => {
  const random = new SeededRandom(SEED);
  const { steps } = await playThrough({ library });
  const points = sample(killPoints(steps), 6, random);
  expect(await explore(points, looks({ library }, 2))).toEqual({ explored: points.length, violations: [] });
});

test(`nor does a kill in the middle of what is not synced, which is then torn (TORTURE_SEED=${SEED})`, async () => {
  const random = new SeededRandom(SEED);
  const { steps } = await playThrough({ library });
  const points = sample(
    steps.filter(isSync).map(({ step }): CrashPoint => ({ step, action: "kill-before" })),
    6,
    random,
  );
  let torn = 0;
  const meanwhile = (taken: typeof steps) => {
    torn += tear(unsyncedRanges(taken), random);
  };
  expect(await explore(points, looks({ library, meanwhile }, 2))).toEqual({ explored: points.length, violations: [] });
  expect(torn).toBeGreaterThan(0);
});

test(`nor does a hard shutdown of the file system at any durable step (TORTURE_SEED=${SEED})`, async () => {
  const random = new SeededRandom(SEED);
  using disk = new LoopDisk({ fileSystem: "ext4", megabytes: 64 });
  const { steps } = await playThrough({ library, disk: disk.mountPoint });
  const points = sample(shutdownPoints(steps), 5, random);
  const setup = { library, disk: disk.mountPoint, meanwhile: () => disk.remount() };
  expect(await explore(points, looks(setup))).toEqual({ explored: points.length, violations: [] });
});
