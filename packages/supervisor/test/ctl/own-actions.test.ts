/** The actions that the original has not: roll, and status with more in it. */
import { describe, expect, test } from "vitest";
import { makeFault } from "../../src/xmlrpc/faults.ts";
import { runScripted, type Script } from "./scripted-supervisord.ts";

function info(name: string, statename: "RUNNING" | "STOPPED", more: Script = {}) {
  const state = statename === "RUNNING" ? 20 : 0;
  const times = { start: 1, stop: 0, now: 2, exitstatus: 0 };
  const files = { stdout_logfile: "", stderr_logfile: "" };
  return { group: "web", name, state, statename, description: "", pid: 7, spawnerr: "", ...times, ...files, ...more };
}

const MORE = { start_count: 3, last_exit: "exit status 1", process_count: 2, cpu_seconds: 1.25, memory_kb: 35_328 };

describe("status --long", () => {
  const line = `${"web:w1".padEnd(33)}RUNNING   \n`;

  test.each([
    [
      MORE,
      `${line}${" ".repeat(33)}started 3 times, CPU 1.25 s, memory 34.5 MB in 2 processes, last exit: exit status 1\n`,
    ],
    [
      { ...MORE, start_count: 1, last_exit: "", process_count: 1 },
      `${line}${" ".repeat(33)}started 1 time, CPU 1.25 s, memory 34.5 MB\n`,
    ],
    [{ ...MORE, process_count: 0 }, `${line}${" ".repeat(33)}started 3 times, last exit: exit status 1\n`],
  ])("says of %j what it means", async (more, output) => {
    const script = { getAllProcessInfo: [info("w1", "RUNNING", more)] };
    expect(await runScripted("status -l", script)).toMatchObject({ output, exitCode: 0 });
    expect(await runScripted("status --long web:w1", script)).toMatchObject({ output });
  });

  test("says that an original supervisord tells no more", async () => {
    const { output } = await runScripted("status -l", { getAllProcessInfo: [info("w1", "RUNNING")] });
    expect(output).toContain(line);
    expect(output).toMatch(/stderr: .*extended_status = true/);
  });
});

test("status --json prints every member that supervisord tells", async () => {
  const script = { getAllProcessInfo: [info("w1", "RUNNING", MORE), info("w2", "STOPPED")] };
  const { output, exitCode } = await runScripted("status --json web:w1", script);
  expect(JSON.parse(output)).toEqual([info("w1", "RUNNING", MORE)]);
  expect(exitCode).toBe(0);
  expect((await runScripted("status --json", script)).exitCode).toBe(3);
});

describe("roll", () => {
  const script: Script = {
    getAllProcessInfo: [info("w1", "RUNNING"), info("w2", "STOPPED"), info("w3", "RUNNING")],
    stopProcess: true,
    startProcess: true,
  };
  const calls = (outcome: Awaited<ReturnType<typeof runScripted>>) => outcome.calls.slice(1);

  test("restarts the running processes of a group one after another", async () => {
    const outcome = await runScripted("roll web:*", script);
    expect(calls(outcome)).toEqual([
      "stopProcess web:w1",
      "startProcess web:w1",
      "stopProcess web:w3",
      "startProcess web:w3",
    ]);
    expect(outcome.output).toBe("web:w1: stopped\nweb:w1: started\nweb:w3: stopped\nweb:w3: started\n");
    expect(outcome.exitCode).toBe(0);
  });

  test("starts a process that is named, though it does not run", async () => {
    const outcome = await runScripted("roll web:w2", {
      ...script,
      stopProcess: { fault: makeFault("NOT_RUNNING", "web:w2") },
    });
    expect(outcome.output).toBe("web:w2: started\n");
  });

  test("leaves the others alone when one does not start", async () => {
    const outcome = await runScripted("roll all", {
      ...script,
      startProcess: { fault: makeFault("SPAWN_ERROR", "web:w1") },
    });
    expect(calls(outcome)).toEqual(["stopProcess web:w1", "startProcess web:w1"]);
    expect(outcome.output).toContain("web:w1: ERROR (SPAWN_ERROR: web:w1); the others were left as they are");
    expect(outcome.exitCode).toBe(7);
  });

  test.each([
    ["roll", "Error: roll requires a process name", 1],
    ["roll nosuch:*", "nosuch:*: ERROR (no such group)", 1],
    ["roll nosuch", "nosuch: ERROR (no such process)", 1],
  ])("%s is refused", async (line, output, exitCode) => {
    const outcome = await runScripted(line, script);
    expect(outcome.output).toContain(output);
    expect(outcome.exitCode).toBe(exitCode);
  });
});
