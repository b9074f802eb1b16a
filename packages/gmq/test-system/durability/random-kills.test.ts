/** `TORTURE_SEED=7 npm run test:system -- random-kills` sends the same messages again. */
import { expect, test } from "vitest";
import { killUnderLoad } from "./random-kills.ts";

const SEED = Number(process.env["TORTURE_SEED"] ?? Date.now() % 1_000_000);

test(`ten kills under load lose nothing (TORTURE_SEED=${SEED})`, async () => {
  const { report, violations } = await killUnderLoad(10, SEED);
  expect(violations).toEqual([]);
  expect(report.accepted).toBeGreaterThan(100);
});
