import { existsSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { launchProgram, runProgram } from "../src/launched-program.ts";

const MODULE = import.meta.resolve("@gateway-engine/testkit/launched-program");

/** A process as that of the tests: it launches a program, prints the program's pid, and waits. */
const TESTS = `
  const { launchProgram } = await import(${JSON.stringify(MODULE)});
  console.log("launched", launchProgram("/bin/sleep", ["1000"]).pid);
  setInterval(() => {}, 1000);
`;

const isRunning = (pid: string) => existsSync(`/proc/${pid}`);

test("what a program printed, and how it ended, is known", async () => {
  expect(await runProgram("/bin/sh", ["-c", "echo out; echo err >&2; exit 3"])).toEqual({
    status: 3,
    stdout: "out\n",
    stderr: "err\n",
  });
});

test("a program sees its own variables, and nothing of a gateway that the tests run on", async () => {
  const script = 'echo "$OWN $PATH [$GWE_ROOT]"';
  const { stdout } = await runProgram("/bin/sh", ["-c", script], { cwd: "/", env: { OWN: "own" } });
  expect(stdout).toBe(`own ${process.env["PATH"]} []\n`);
});

test("a program that cannot be started rejects, whoever waits for it", async () => {
  const missing = launchProgram("/nowhere/program");
  await expect(missing.printed(/ready/)).rejects.toThrow("ended before it printed");
  await expect(missing.ended).rejects.toThrow("ENOENT");
});

test.each(["exit 1", "kill -9 $$"])("waiting for output ends with a program that does: %s", async (how) => {
  const program = launchProgram("/bin/sh", ["-c", `echo almost; ${how}`]);
  await expect(program.printed(/ready/)).rejects.toThrow("ended before it printed /ready/:\nalmost\n");
});

test("disposing of a program lets it end what it began", async () => {
  const program = launchProgram("/bin/sh", [
    "-c",
    'trap "echo tidied; exit 0" TERM; echo ready; while :; do sleep 0.01; done',
  ]);
  await program.printed(/ready\n/);
  await program[Symbol.asyncDispose]();
  expect(program.output).toBe("ready\ntidied\n");
});

describe("a program does not outlive the process of the tests", () => {
  test.each(["SIGKILL", "SIGTERM", "SIGINT"] as const)("when that gets %s", async (signal) => {
    await using tests = launchProgram(process.execPath, ["--input-type=module", "-e", TESTS]);
    const [, pid = ""] = await tests.printed(/launched (\d+)\n/);
    expect(isRunning(pid)).toBe(true);
    await tests.end(signal);
    await expect.poll(() => isRunning(pid), { timeout: 10_000 }).toBe(false);
  });
});
