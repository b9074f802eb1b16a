/** Every crash point of an update of the engine by itself. `TORTURE_POINTS=100`: so many. */
import { programPackage } from "@gateway-engine/testkit/component-packages";
import { buildStepLibrary } from "@gateway-engine/testkit/faults/durable-steps";
import { explore, killPoints, type Look, sample } from "@gateway-engine/testkit/faults/exploration";
import { SeededRandom } from "@gateway-engine/testkit/seeded-random";
import { temporaryFolder } from "@gateway-engine/testkit/temporary-folder";
import { afterAll, expect, test } from "vitest";
import { NEW_VERSION, updateItself } from "../test-system/crash-points/self-update.ts";

const SEED = Number(process.env["TORTURE_SEED"] ?? Date.now() % 1_000_000);
const POINTS = Number(process.env["TORTURE_POINTS"] ?? Number.POSITIVE_INFINITY);
const ALL_DAY = { timeout: 86_400_000 };

const folder = temporaryFolder("crash-points");
const setup = {
  library: buildStepLibrary(folder.path),
  update: programPackage({ program: "gwe", version: NEW_VERSION, folder: folder.path }),
};

afterAll(() => folder.remove());

test(
  `a kill at each durable step leaves one engine running, the one that is reported (TORTURE_SEED=${SEED})`,
  ALL_DAY,
  async () => {
    const { steps } = await updateItself(setup, { step: 0, action: "kill-before" });
    const points = sample(killPoints(steps), POINTS, new SeededRandom(SEED));
    const versions: Record<string, number> = {};
    const look: Look = async (point) => {
      const { version, violations } = await updateItself(setup, point);
      versions[version] = (versions[version] ?? 0) + 1;
      return violations;
    };
    const { explored, violations } = await explore(points, [look, look]);
    const inForce = JSON.stringify(versions);
    console.log(
      `self-update: ${steps.length} steps, ${explored} points explored, ${violations.length} violations; ${inForce}`,
    );
    expect(violations).toEqual([]);
  },
);
