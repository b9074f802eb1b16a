/** A sample of the crash points of an update of the engine; `npm run torture` explores all. */
import { programPackage } from "@gateway-engine/testkit/component-packages";
import { buildStepLibrary } from "@gateway-engine/testkit/faults/durable-steps";
import { explore, killPoints, sample } from "@gateway-engine/testkit/faults/exploration";
import { SeededRandom } from "@gateway-engine/testkit/seeded-random";
import { temporaryFolder } from "@gateway-engine/testkit/temporary-folder";
import { afterAll, expect, test } from "vitest";
import { NEW_VERSION, updateItself } from "./self-update.ts";

const SEED = Number(process.env["TORTURE_SEED"] ?? Date.now() % 1_000_000);

const folder = temporaryFolder("crash-points");
const library = buildStepLibrary(folder.path);
const update = programPackage({ program: "gwe", version: NEW_VERSION, folder: folder.path });

afterAll(() => folder.remove());

test(`a kill at any durable step leaves one engine running, the one that is reported (TORTURE_SEED=${SEED})`, async () => {
  const undisturbed = await updateItself({ library, update }, { step: 0, action: "kill-before" });
  expect(undisturbed).toMatchObject({ version: NEW_VERSION, violations: [] });
  const points = sample(killPoints(undisturbed.steps), 4, new SeededRandom(SEED));
  const look = async (point: (typeof points)[number]) => (await updateItself({ library, update }, point)).violations;
  expect(await explore(points, [look, look])).toEqual({ explored: 4, violations: [] });
});
