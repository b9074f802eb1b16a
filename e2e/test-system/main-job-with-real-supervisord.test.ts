/** The gateway's whole job with Debian's supervisord in place of ours: gwe must not notice a difference. */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { TestSystem } from "../system.ts";
import { realSupervisord } from "./real-supervisord.ts";

const RUNNING = /^(gmq|gwe|sine) +RUNNING +pid (\d+), uptime/gm;

describe("with the real supervisord in place of ours", () => {
  let system: TestSystem;

  beforeAll(async () => {
    system = await TestSystem.start(realSupervisord);
  }, 120_000);

  afterAll(async () => system?.stop());

  test("a gateway is activated, an application is installed over the air, and its values arrive", async () => {
    await everyProgramRuns();
    await system.untilNewValue();
    const pid = system.supervisorctl("pid").trim();
    expect(readFileSync(`/proc/${pid}/cmdline`, "utf8")).toMatch(/python3\0\/usr\/bin\/supervisord\0/);
  });

  test("an update over the air runs in place of the old version", async () => {
    const before = pidOf("sine");
    await system.deploy("2");
    await everyProgramRuns();
    expect(pidOf("sine")).not.toBe(before);
    await system.untilNewValue();
  });

  test("an application that is stopped and started with the real supervisorctl goes on", async () => {
    expect(system.supervisorctl("stop", "sine")).toBe("sine: stopped\n");
    await system.until("an empty queue", async () => (await system.queued()) === 0);
    const stopped = (await system.arrived()).length;
    expect(system.supervisorctl("start", "sine")).toBe("sine: started\n");
    await system.until("more values", async () => (await system.arrived()).length > stopped);
  });

  test.each(["gwe", "gmq", "sine"] as const)("%s is started again after kill -9, and values arrive", async (target) => {
    const before = pidOf(target);
    await system.kill(target);
    await system.until(`another ${target}`, () => pidOf(target) !== before && pidOf(target) !== undefined);
    await everyProgramRuns();
    await system.untilNewValue();
  });

  test("everything goes on after a restart of the gateway", async () => {
    const before = ["gwe", "gmq", "sine"].map(pidOf);
    await system.restartSupervisor();
    await everyProgramRuns();
    for (const [program, pids] of system.processes()) expect(pids.length, `processes of ${program}`).toBe(1);
    expect(["gwe", "gmq", "sine"].map(pidOf).filter((pid) => before.includes(pid))).toEqual([]);
    await system.untilNewValue();
  });

  test("no accepted value was lost or doubled, in all of this", async () => {
    system.supervisorctl("stop", "sine");
    await system.until("an empty queue", async () => (await system.queued()) === 0);
    const arrived = await system.arrived();
    expect(system.accepted().filter((value) => !arrived.includes(value))).toEqual([]);
    expect(arrived).toEqual([...new Set(arrived)]);
  });

  /** As the real supervisorctl prints it. */
  async function everyProgramRuns(): Promise<void> {
    await system.until(
      "every program RUNNING",
      () => [...system.supervisorctl("status").matchAll(RUNNING)].length === 3,
    );
  }

  function pidOf(program: string): string | undefined {
    return [...system.supervisorctl("status").matchAll(RUNNING)].find(([, name]) => name === program)?.[2];
  }
});
