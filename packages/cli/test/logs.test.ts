import { appendFileSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { launchProgram } from "@gateway-engine/testkit/launched-program";
import { afterEach, beforeEach, expect, test } from "vitest";
import { TestGateway } from "./run-gwe.ts";

let gateway: TestGateway;
let log: string;
beforeEach(() => {
  gateway = new TestGateway();
  mkdirSync(join(gateway.root, "etc/supervisor/conf.d"), { recursive: true });
  mkdirSync(join(gateway.root, "var/log"), { recursive: true });
  log = join(gateway.root, "var/log/counter.log");
});
afterEach(() => gateway.remove());

function configure(...lines: readonly string[]): void {
  const program = ["[program:counter]", `stdout_logfile=${log}`, "redirect_stderr=true", ...lines, ""];
  writeFileSync(join(gateway.root, "etc/supervisor/conf.d/counter.conf"), program.join("\n"));
}

test("shows the last lines of an application when no supervisor runs, and names the logs that there are", async () => {
  configure("command=true");
  writeFileSync(`${log}.1`, "one\ntwo\n");
  writeFileSync(log, "three\n");
  expect(await gateway.gwe("logs", "counter")).toEqual({ status: 0, stdout: "one\ntwo\nthree\n", stderr: "" });
  expect((await gateway.gwe("logs", "-n", "2", "counter")).stdout).toBe("two\nthree\n");
  expect(await gateway.gwe("logs", "conter")).toEqual({
    status: 1,
    stdout: "",
    stderr: "gwe: there is no log of conter; there are logs of: counter, supervisord\n",
  });
  expect(await gateway.gwe("logs", "--since", "soon", "counter")).toMatchObject({
    status: 2,
    stderr: expect.stringContaining("'soon' is neither 10m nor 2026-11-23T10:00"),
  });
});

test("goes on over a rotation, without a line lost or twice", async () => {
  configure("command=true");
  writeFileSync(log, "before\n");
  await using follower = gateway.start("logs", "-f", "counter");
  await follower.printed(/before\n/);
  appendFileSync(log, "first\n");
  await follower.printed(/first\n/);
  appendFileSync(log, "last of the old\n");
  renameSync(log, `${log}.1`);
  writeFileSync(log, "first of the new\nhalf");
  await follower.printed(/first of the new\n/);
  appendFileSync(log, " and half\n");
  await follower.printed(/half and half\n/);
  writeFileSync(log, "emptied\n");
  await follower.printed(/emptied\n/);
  const { status, stdout } = await follower.end("SIGTERM");
  expect(status).toBe(0);
  expect(stdout).toBe("before\nfirst\nlast of the old\nfirst of the new\nhalf and half\nemptied\n");
});

test("asks the running supervisor where a program writes", async () => {
  configure("command=/bin/sh -c 'echo out; echo err >&2; sleep 1000'", "startsecs=0", `stderr_logfile=${log}.err`, "");
  const text = join(gateway.root, "etc/supervisor/conf.d/counter.conf");
  writeFileSync(text, gateway.read("etc/supervisor/conf.d/counter.conf").replace("redirect_stderr=true\n", ""));
  await using supervisor = launchProgram("supervisord", ["-n"], { env: { GWE_ROOT: gateway.root } });
  await supervisor.printed(/success: counter entered RUNNING/);
  await using follower = gateway.start("logs", "-f", "counter");
  await follower.printed(/counter stdout \| out\n/);
  await follower.printed(/counter stderr \| err\n/);
  expect((await gateway.gwe("logs", "supervisord")).stdout).toContain("spawned: 'counter'");
});
