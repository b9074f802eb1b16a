/**
 * The promise of the whole system: no accepted value is lost, each arrives once and in order, and no process runs twice,
 * whichever program is killed while data flows.
 */

import { systemClock } from "@gateway-engine/platform/clock";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { TARGETS, TestSystem } from "./system.ts";

const KILLS = 10;
/** Longest time between two kills, in milliseconds. */
const LONGEST_PAUSE_MS = 700;
const SIGNAL = new AbortController().signal;

describe("ten kills at random moments while data flows", () => {
  let system: TestSystem;

  beforeAll(async () => {
    system = await TestSystem.start();
  }, 120_000);

  afterAll(async () => system?.stop());

  test.each(TARGETS)(
    "of %s lose nothing, double nothing and keep the order",
    async (target) => {
      for (let kill = 0; kill < KILLS; kill += 1) {
        await systemClock.sleep(Math.random() * LONGEST_PAUSE_MS, SIGNAL);
        await system.kill(target);
        for (const [program, pids] of system.processes())
          expect(pids.length, `processes of ${program}`).toBeLessThan(2);
      }
      await system.until("every program running", () =>
        [...system.processes().values()].every((pids) => pids.length === 1),
      );
      const before = system.accepted().length;
      await system.until("new values accepted", () => system.accepted().length > before + 10);

      system.supervisorctl("stop", "sine");
      await system.until("an empty queue", async () => (await system.queued()) === 0);
      const arrived = (await system.arrived()).map(numberOf);
      const missing = system
        .accepted()
        .map(numberOf)
        .filter((number) => !arrived.includes(number));
      expect(missing).toEqual([]);
      expect(arrived).toEqual([...new Set(arrived)].sort((a, b) => a - b));
      system.supervisorctl("start", "sine");
    },
    120_000,
  );
});

function numberOf(value: string): number {
  return (JSON.parse(value) as { n: number }).n;
}
