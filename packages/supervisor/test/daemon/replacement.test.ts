/** Another program of supervisord takes the place of the one that runs, in the same process. */
import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { isStruct } from "../../src/xmlrpc/value.ts";
import { eventually, isAlive, type SupervisedFolder, superviseFolder } from "./gateway.ts";

const COUNTER = `[program:counter]
command=/bin/sh -c "i=0; while :; do i=$((i+1)); echo line $i; sleep 0.01; done"
stdout_logfile=$HERE/counter.log
startsecs=0
`;
const ONCE =
  '[program:once]\ncommand=/bin/sh -c "echo done"\nstdout_logfile=$HERE/once.log\nstartsecs=0\nautorestart=false\n';
const MANUAL = "[program:manual]\ncommand=/bin/sleep 1000\nstartsecs=0\nautostart=false\n";

/** That of this repository, which can do it, also when the tests run on an older one. */
const RUNTIME = { GWE_NODE: "" };

async function lifeOf(folder: SupervisedFolder): Promise<unknown> {
  const daemon = await folder.call("gateway.getDaemon");
  return isStruct(daemon) ? daemon["life"] : undefined;
}

/** Resolves when the next one answers. */
async function replace(folder: SupervisedFolder): Promise<void> {
  const life = await lifeOf(folder);
  expect(await folder.call("gateway.replaceDaemon")).toBe(true);
  await eventually(() =>
    lifeOf(folder).then(
      (now) => now !== life,
      () => false,
    ),
  );
}

/** Whether the process has children that have ended and were not waited for. */
function zombiesOf(pid: number | undefined): readonly string[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8")
    .trim()
    .split(" ")
    .filter((child) => child !== "" && !isAlive(Number(child)));
}

describe("a supervisord that is replaced", () => {
  test("keeps its pid, and every child with its pid, its start and its log, line for line", async () => {
    const folder = superviseFolder(COUNTER);
    const daemon = await folder.start(RUNTIME);
    const before = await folder.until("counter", "RUNNING");
    const files = readFileSync(folder.file("s.pid"), "utf8");
    for (let round = 0; round < 3; round += 1) {
      const length = folder.read("counter.log").length;
      await replace(folder);
      expect(await folder.info("counter")).toMatchObject({
        pid: before.pid,
        start: before.start,
        statename: "RUNNING",
      });
      await eventually(() => folder.read("counter.log").length > length);
    }
    expect(await folder.call("getPID")).toBe(daemon.pid);
    expect(folder.read("s.pid")).toBe(files);
    await folder.client.stopProcess("counter", folder.signal);
    expect(isAlive(before.pid)).toBe(false);
    const lines = folder.read("counter.log").trimEnd().split("\n");
    expect(lines).toEqual(lines.map((_line, index) => `line ${index + 1}`));
    expect(zombiesOf(daemon.pid).length).toBeLessThanOrEqual(1);
  });

  test("leaves what was stopped or has ended as it is, and what was started by hand running", async () => {
    const folder = superviseFolder(COUNTER + ONCE + MANUAL);
    await folder.start(RUNTIME);
    const once = await folder.until("once", "EXITED");
    await folder.client.stopProcess("counter", folder.signal);
    await folder.client.startProcess("manual", folder.signal);
    const { pid } = await folder.info("manual");
    await replace(folder);
    expect(await folder.info("counter")).toMatchObject({ statename: "STOPPED" });
    expect(await folder.info("manual")).toMatchObject({ statename: "RUNNING", pid });
    expect(await folder.info("once")).toMatchObject({ statename: "EXITED", exitstatus: 0, stop: once.stop });
    expect(folder.read("once.log")).toBe("done\n");
  });

  test("sees that a program has ended in between, has what it wrote last, and starts it again", async () => {
    const wait = "test -e $HERE/ended && exec sleep 1000; while test -S $HERE/s.sock; do sleep 0.01; done; sleep 0.1";
    const folder = superviseFolder(
      `[program:brief]\ncommand=/bin/sh -c "${wait}; touch $HERE/ended; echo last words; exit 5"\nstdout_logfile=$HERE/brief.log\nstartsecs=0\n`,
    );
    await folder.start(RUNTIME);
    const { pid } = await folder.until("brief", "RUNNING");
    await replace(folder);
    await eventually(() => folder.read("main.log").includes("exited: brief"));
    expect((await folder.until("brief", "RUNNING")).pid).not.toBe(pid);
    expect(folder.read("brief.log")).toBe("last words\n");
  });

  test("ends what it is told to end after it was replaced, with its exit status", async () => {
    const folder = superviseFolder(
      "[program:polite]\ncommand=/bin/sh -c \"trap 'exit 3' TERM; while :; do sleep 0.01; done\"\nstartsecs=0\n",
    );
    await folder.start(RUNTIME);
    await folder.until("polite", "RUNNING");
    await replace(folder);
    await folder.client.stopProcess("polite", folder.signal);
    expect(await folder.info("polite")).toMatchObject({ statename: "STOPPED", exitstatus: 3 });
  });
});

test("a supervisord whose runtime cannot do it refuses to be replaced, and goes on", async () => {
  const folder = superviseFolder(MANUAL);
  const runtime = folder.file("node");
  const withoutExecve = "data:text/javascript,delete process.execve";
  writeFileSync(runtime, `#!/bin/sh\nexec ${process.execPath} --import '${withoutExecve}' "$@"\n`, { mode: 0o755 });
  await folder.start({ GWE_NODE: runtime });
  const life = await lifeOf(folder);
  await expect(folder.call("gateway.replaceDaemon")).rejects.toThrow(/cannot replace a running program/);
  expect(await lifeOf(folder)).toBe(life);
});

test("a supervisord whose configuration is faulty by now refuses to be replaced, and goes on", async () => {
  const folder = superviseFolder(MANUAL);
  await folder.start(RUNTIME);
  folder.configure("[program:none]\n");
  await expect(folder.call("gateway.replaceDaemon")).rejects.toThrow(/FAILED.*command/);
  expect(await folder.info("manual")).toMatchObject({ statename: "STOPPED" });
});
