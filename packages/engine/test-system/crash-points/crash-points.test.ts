/** `TORTURE_SEED=7 npm run test:system -- engine/test-system/crash-points` plays a run again; `npm run torture` explores every point. */
import { resolve } from "node:path";
import { buildStepLibrary } from "@gateway-engine/testkit/faults/durable-steps";
import { killPoints, shutdownPoints } from "@gateway-engine/testkit/faults/exploration";
import { LoopDisk } from "@gateway-engine/testkit/faults/loop-disk";
import { countTracedSteps, makeTracedLauncher } from "@gateway-engine/testkit/faults/traced-steps";
import { SeededRandom } from "@gateway-engine/testkit/seeded-random";
import { temporaryFolder } from "@gateway-engine/testkit/temporary-folder";
import { afterAll, expect, test } from "vitest";
import { exploreLife } from "./exploration.ts";
import { LIFE } from "./life.ts";
import { playLife } from "./played-life.ts";
import { brokenPromises } from "./promises.ts";
import { Stage } from "./stage.ts";

const SEED = Number(process.env["TORTURE_SEED"] ?? Date.now() % 1_000_000);

const folder = temporaryFolder("crash-points");
const library = buildStepLibrary(folder.path);

afterAll(() => folder.remove());

test("strace counts as many durable steps in an install, of the engine and of its script", async () => {
  const launcher = makeTracedLauncher(resolve(import.meta.dirname, "../../../cli/bin/gwe"), folder.path);
  await using stage = await Stage.open({ launcher });
  const [first] = await playLife({ stage, library, promises: brokenPromises }, LIFE.slice(0, 1));
  const counted = Object.groupBy(first?.steps ?? [], ({ call }) => call);
  const counts = Object.fromEntries(Object.entries(counted).map(([call, steps]) => [call, steps?.length]));
  expect(await countTracedSteps(folder.path, stage.root)).toEqual(counts);
  console.log(`${first?.steps.length} durable steps: ${JSON.stringify(counts)}`);
});

test(`a kill at any durable step of the life of an install breaks nothing (TORTURE_SEED=${SEED})`, async () => {
  const exploration = await exploreLife({
    stages: [{}, {}],
    library,
    life: LIFE,
    promises: brokenPromises,
    pointsOf: killPoints,
    count: 8,
    random: new SeededRandom(SEED),
  });
  expect(exploration).toEqual({ explored: 8, violations: [] });
});

test(`nor does a hard shutdown of the file system (TORTURE_SEED=${SEED})`, async () => {
  using disk = new LoopDisk({ fileSystem: "ext4", megabytes: 64 });
  const exploration = await exploreLife({
    stages: [{ disk }],
    library,
    life: LIFE.slice(0, 2),
    promises: brokenPromises,
    pointsOf: shutdownPoints,
    count: 3,
    random: new SeededRandom(SEED),
  });
  expect(exploration).toEqual({ explored: 3, violations: [] });
});
