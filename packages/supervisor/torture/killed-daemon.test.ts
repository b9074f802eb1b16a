/** `TORTURE_SEED=7 TORTURE_KILLS=20 npm run torture -- killed-daemon` plays a walk again. */
import { expect, test } from "vitest";
import { walkWithKills } from "../test/random-walk/random-kills.ts";

const SEED = Number(process.env["TORTURE_SEED"] ?? Date.now() % 1_000_000);
const KILLS = Number(process.env["TORTURE_KILLS"] ?? 200);

test(`${KILLS} kills of the daemon in the middle of its work double nothing and leave nothing (TORTURE_SEED=${SEED})`, async () => {
  const { findings, steps, before, after } = await walkWithKills(SEED, KILLS);
  const lastSteps = steps.slice(-50).map((step) => JSON.stringify(step));
  expect(findings, `the last of ${steps.length} steps:\n${lastSteps.join("\n")}\n`).toEqual([]);
  expect(after).toEqual(before);
});
