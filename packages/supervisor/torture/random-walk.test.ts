/** `TORTURE_SEED=7 TORTURE_STEPS=500 npm run torture -- packages/supervisor` plays a walk again. */
import { expect, test } from "vitest";
import { describeSteps, walk } from "../test/random-walk/random-walk.ts";

const SEED = Number(process.env["TORTURE_SEED"] ?? Date.now() % 1_000_000);
const STEPS = Number(process.env["TORTURE_STEPS"] ?? 10_000);

test(`${STEPS} random steps leave no child, no open file and no timer behind (TORTURE_SEED=${SEED})`, async () => {
  const { findings, steps, before, after } = await walk(SEED, STEPS);
  expect(findings, describeSteps(SEED, steps)).toEqual([]);
  expect(after).toEqual(before);
  expect(before.children).toEqual([]);
});
