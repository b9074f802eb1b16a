/** `TORTURE_SEED=7 TORTURE_KILLS=20 npm run torture -- gmq/torture/random-kills` is a shorter run. */
import { expect, test } from "vitest";
import { killUnderLoad } from "../test-system/durability/random-kills.ts";

const SEED = Number(process.env["TORTURE_SEED"] ?? Date.now() % 1_000_000);
const KILLS = Number(process.env["TORTURE_KILLS"] ?? 200);

test(`${KILLS} kills of the queue under load lose nothing (TORTURE_SEED=${SEED})`, async () => {
  const { report, violations } = await killUnderLoad(KILLS, SEED);
  console.log(
    `${KILLS} kills, ${report.accepted} accepted, ${report.delivered} delivered, ${violations.length} violations`,
  );
  expect(violations).toEqual([]);
});
