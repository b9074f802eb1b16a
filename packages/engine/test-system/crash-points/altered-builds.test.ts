/** The crash points find what they are there to find: each of these mistakes, made in a copy of the build. */
import { join } from "node:path";
import { type Alteration, alterBuild, copyBuild } from "@gateway-engine/testkit/altered-build";
import { buildStepLibrary, type CrashPoint, type DurableStep } from "@gateway-engine/testkit/faults/durable-steps";
import { findViolation, killPoints, shutdownPoints } from "@gateway-engine/testkit/faults/exploration";
import { LoopDisk } from "@gateway-engine/testkit/faults/loop-disk";
import { temporaryFolder } from "@gateway-engine/testkit/temporary-folder";
import { afterAll, describe, expect, test } from "vitest";
import { type Chapter, LIFE } from "./life.ts";
import { type PlayedChapter, playLife } from "./played-life.ts";
import { brokenPromises } from "./promises.ts";
import { Stage } from "./stage.ts";

const folder = temporaryFolder("altered-builds");
const library = buildStepLibrary(folder.path);

/** Points tried on the real build; on an altered one, up to the first that finds it out. */
const POINTS = 3;

afterAll(() => folder.remove());

describe("an engine that runs a one-off before the journal says so", () => {
  const late = makeBuild("late", "engine", {
    text: "step = next(step.state, event, rules);",
    instead: 'step = next(step.state, event, rules); if (step.state.kind === "installing") continue;',
  });
  const life = LIFE.filter(({ name }) => name === "one-off");
  const afterTheRun = (steps: readonly DurableStep[]) => {
    const run = steps.findIndex(({ path }) => path.endsWith("/once/runs"));
    return killPoints(steps.slice(run + 1, run + 1 + POINTS));
  };

  test("is caught by the kills, and the real one is not", async () => {
    expect(await search({ life, pointsOf: afterTheRun })).toBeUndefined();
    expect(await search({ life, pointsOf: afterTheRun, launcher: late })).toMatch(/has run more than once/);
  });
});

describe("an engine that leaves out the sync of a file that replaces another", () => {
  const unsynced = makeBuild("unsynced", "platform", {
    text: "await file.writeFile(content);\n                await file.sync();",
    instead: "await file.writeFile(content);",
  });
  const life = LIFE.slice(0, 1);
  const afterTheSwitch = (steps: readonly DurableStep[]) => {
    const renamed = steps.findIndex(({ call, path }) => call === "rename" && path.endsWith("/ticker.conf"));
    return shutdownPoints(steps.slice(renamed + 1));
  };

  test("is caught by the shutdowns of its file system, and the real one is not", async () => {
    using disk = new LoopDisk({ fileSystem: "ext4", megabytes: 64 });
    expect(await search({ life, disk, pointsOf: afterTheSwitch })).toBeUndefined();
    expect(await search({ life, disk, pointsOf: afterTheSwitch, launcher: unsynced })).toMatch(
      /0 programs of ticker run/,
    );
  });
});

interface Search {
  readonly life: readonly Chapter[];
  readonly pointsOf: (steps: readonly DurableStep[]) => readonly CrashPoint[];
  readonly disk?: LoopDisk;
  readonly launcher?: string;
}

/** The first violation at some points of the last chapter. */
async function search({ life, pointsOf, disk, launcher }: Search): Promise<string | undefined> {
  await using stage = await Stage.open({
    ...(disk === undefined ? {} : { disk: disk.mountPoint }),
    ...(launcher === undefined ? {} : { launcher }),
  });
  const power = disk === undefined ? {} : { disk: disk.mountPoint, remount: () => disk.remount() };
  const played: PlayedChapter | undefined = (
    await playLife({ stage, library, promises: brokenPromises, ...power }, life)
  ).at(-1);
  if (played === undefined) throw new Error("there is no such chapter");
  const points = pointsOf(played.steps);
  const some = points.filter((_, index) => index % Math.ceil(points.length / POINTS) === 0);
  return await findViolation(some, played.look);
}

/** @returns the launcher of the altered copy */
function makeBuild(name: string, altered: "engine" | "platform", alteration: Alteration): string {
  const packages = copyBuild(join(folder.path, name), ["cli", "engine", "platform"]);
  alterBuild(join(packages, altered, "dist"), alteration);
  return join(packages, "cli/bin/gwe");
}
