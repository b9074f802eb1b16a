/** The crash points find what they are there to find: each of these mistakes, made in a copy of the build. */
import { join } from "node:path";
import { type Alteration, alterBuild, copyBuild } from "@gateway-engine/testkit/altered-build";
import { buildStepLibrary, type CrashPoint } from "@gateway-engine/testkit/faults/durable-steps";
import { findViolation, killPoints, shutdownPoints } from "@gateway-engine/testkit/faults/exploration";
import { LoopDisk } from "@gateway-engine/testkit/faults/loop-disk";
import { temporaryFolder } from "@gateway-engine/testkit/temporary-folder";
import { afterAll, describe, expect, test } from "vitest";
import { look, playThrough, type SurvivalSetup } from "./survival.ts";

const folder = temporaryFolder("altered-builds");
const library = buildStepLibrary(folder.path);

/** Points tried on the real build; on an altered one, up to the first that finds it out. */
const POINTS = 4;

const LOST = /was accepted and is lost$/;

afterAll(() => folder.remove());

describe("a queue that answers before its commit", () => {
  const early = makeBuild("early", "gmq", {
    text: "await this.#deps.accept(",
    instead: "void this.#deps.accept(",
  });

  test("is caught by the kills, and the real one is not", async () => {
    const points = await pointsOfIntake({ library }, killPoints);
    expect(await findViolation(points, look({ library }))).toBeUndefined();
    expect(await findViolation(points, look({ library, launcher: early }))).toMatch(LOST);
  });
});

describe("a queue that leaves out the sync of a commit", () => {
  const unsynced = makeBuild("unsynced", "platform", {
    text: "PRAGMA synchronous = FULL",
    instead: "PRAGMA synchronous = NORMAL",
  });

  test("is caught by the shutdowns of its file system, and the real one is not", async () => {
    using disk = new LoopDisk({ fileSystem: "ext4", megabytes: 64 });
    const setup = { library, disk: disk.mountPoint, meanwhile: () => disk.remount() };
    const points = await pointsOfIntake(setup, shutdownPoints);
    expect(await findViolation(points, look(setup))).toBeUndefined();
    expect(await findViolation(points, look({ ...setup, launcher: unsynced }))).toMatch(LOST);
  });
});

/** @returns the launcher of the altered copy */
function makeBuild(name: string, altered: "gmq" | "platform", alteration: Alteration): string {
  const packages = copyBuild(join(folder.path, name), ["gmq", "platform"]);
  alterBuild(join(packages, altered, "dist"), alteration);
  return join(packages, "gmq/bin/gmq");
}

/** While messages come in and the server takes none: the writes to the log of the first life. */
async function pointsOfIntake(setup: SurvivalSetup, pointsOf: typeof killPoints): Promise<readonly CrashPoint[]> {
  const { steps } = await playThrough({ ...setup, meanwhile: () => {} });
  const ofLog = steps
    .slice(0, steps.length / 3)
    .filter(({ path, call }) => path.endsWith("-wal") && call === "pwrite64");
  const points = pointsOf(ofLog.slice(ofLog.length / 3));
  return points.filter((_, index) => index % Math.ceil(points.length / POINTS) === 0);
}
