/** A short walk; `npm run torture` takes a long one. */
import { expect, test } from "vitest";
import { describeSteps, walk } from "../random-walk/random-walk.ts";

const SEED = Number(process.env["TORTURE_SEED"] ?? 1);
const STEPS = 200;

test(`${STEPS} random steps leave no child, no open file and no timer behind (seed ${SEED})`, async () => {
  const { findings, steps, before, after } = await walk(SEED, STEPS);
  expect(findings, describeSteps(SEED, steps)).toEqual([]);
  expect(after).toEqual(before);
  expect(before.children).toEqual([]);
});
