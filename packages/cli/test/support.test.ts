import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { TestGateway } from "./run-gwe.ts";
import { WholeGateway } from "./whole-gateway.ts";

test("status and doctor of a gateway with everything running", { timeout: 60_000 }, async () => {
  await using whole = new WholeGateway();
  await whole.start();
  const { gateway } = whole;
  await whole.until(async () => (await gateway.gwe("status")).stdout.includes(", answered "));
  const status = await gateway.gwe("status");
  expect(status.stdout).toMatch(/^gateway +pid, sn, activated$/m);
  expect(status.stdout).toMatch(/^server +http:\S+, answered \d+ s ago$/m);
  expect(status.stdout).toMatch(/^engine +gwe 2\.0\.0, process \d+$/m);
  expect(status.stdout).toMatch(/^queue +nothing waits$/m);
  expect(status.stdout).not.toContain("\u001b");
  const { troubles } = JSON.parse((await gateway.gwe("status", "--json")).stdout);
  expect(status.status).toBe(troubles.length === 0 ? 0 : 1);

  const doctor = await gateway.gwe("doctor");
  expect(doctor.stdout).toMatch(/^\[ OK \] server +http:\S+ answers, and agrees about the time$/m);
  expect(doctor.stdout).toMatch(/^\[ OK \] server +http:\S+ takes the CIK$/m);
  expect(doctor.stdout).toMatch(/^\[ OK \] supervisor +supervisord runs 2 programs/m);
  expect(doctor.stdout).toMatch(/^\[ OK \] queue +gmq 2\.0\.0 runs, 0 messages wait$/m);
  expect(doctor.stdout).not.toContain("[FAIL]");
  expect(doctor.stdout).not.toContain(whole.cik);

  await gateway.gwe("doctor", "--bundle", "bundle.tar.gz");
  const bundle = execFileSync("tar", ["-xOzf", join(gateway.folder, "bundle.tar.gz")], { encoding: "utf8" });
  expect(bundle).toContain("engine ::> ");
  expect(bundle).toContain('"statename": "RUNNING"');
  expect(bundle).not.toContain(whole.cik);
});

test("status and doctor of a gateway on which nothing runs", async () => {
  const gateway = new TestGateway();
  try {
    await gateway.gwe("-P", "pid", "-u", "sn", "--server", "http://127.0.0.1:1");
    const status = await gateway.gwe("status", "--json");
    expect(status.status).toBe(1);
    const { troubles, ...state } = JSON.parse(status.stdout);
    expect(state).toMatchObject({
      engine: null,
      queue: null,
      programs: null,
      identity: { uuid: "sn" },
      activated: false,
    });
    expect(troubles.map(({ what }: { what: string }) => what)).toContain(
      "gwe, the engine, does not run or does not answer",
    );
    const doctor = await gateway.gwe("doctor", "--json");
    expect(doctor.status).toBe(2);
    const { findings } = JSON.parse(doctor.stdout);
    const failed = findings.filter(({ level }: { level: string }) => level === "fail");
    expect(failed.map(({ check }: { check: string }) => check)).toEqual([
      "reachability",
      "server",
      "supervisor",
      "engine",
      "queue",
    ]);
    for (const { mend } of failed) expect(mend).not.toBe("");
  } finally {
    gateway.remove();
  }
});
