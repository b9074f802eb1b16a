/**
 * `npm run torture -- PACKAGE.tar.gz`: installs, upgrades, rolls back and uninstalls a package in a temporary gateway, and
 * cuts the engine off at its durable steps.
 *
 * @see docs/guides/test-your-package-against-power-cuts.md
 */
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { parsePackageName } from "@gateway-engine/artifact/package-name";
import { buildStepLibrary } from "@gateway-engine/testkit/faults/durable-steps";
import { killPoints } from "@gateway-engine/testkit/faults/exploration";
import type { PackageFixture } from "@gateway-engine/testkit/package-fixtures";
import { SeededRandom } from "@gateway-engine/testkit/seeded-random";
import { temporaryFolder } from "@gateway-engine/testkit/temporary-folder";
import { exploreLife } from "../../test-system/crash-points/exploration.ts";
import type { PlayedChapter } from "../../test-system/crash-points/played-life.ts";
import { lifeOfPackage } from "./life-of-package.ts";

const SEED = Number(process.env["TORTURE_SEED"] ?? Date.now() % 1_000_000);
const POINTS = Number(process.env["TORTURE_POINTS"] ?? 200);
const EXIT_VIOLATIONS = 1;
const EXIT_USAGE = 64;

process.exitCode = await torture(process.argv[2] ?? "");

async function torture(path: string): Promise<number> {
  const name = parsePackageName(basename(path));
  if (!name.ok) {
    console.error(`torture: ${basename(path)} is no name of a package: ${name.problem.problem}`);
    return EXIT_USAGE;
  }
  const fixture: PackageFixture = { fileName: basename(path), bytes: readFileSync(path) };
  using folder = temporaryFolder("torture");
  console.log(`${fixture.fileName}: at most ${POINTS} crash points, TORTURE_SEED=${SEED}`);
  try {
    const { explored, violations } = await exploreLife({
      stages: [{}, {}],
      library: buildStepLibrary(folder.path),
      life: lifeOfPackage(name.value, fixture),
      isUnknown: true,
      pointsOf: killPoints,
      count: POINTS,
      random: new SeededRandom(SEED),
      onPlayed: tell,
      onExplored: ({ violations }) => {
        for (const violation of violations) console.log(`VIOLATION at ${violation}`);
      },
    });
    console.log(`${explored} crash points explored, ${violations.length} violations`);
    return violations.length === 0 ? 0 : EXIT_VIOLATIONS;
  } catch (error) {
    console.error(`torture: even without a crash this goes wrong: ${error instanceof Error ? error.message : error}`);
    return EXIT_VIOLATIONS;
  }
}

function tell({ chapter, ending, steps }: PlayedChapter): void {
  const result = ending.results.at(-1);
  const undo = ending.usedLayers ? ", its script over a layer of the file system" : "";
  console.log(`${chapter.name}: ${steps.length} durable steps${undo}; ends ${result?.status}, ${result?.message}`);
}
