import { existsSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { leadersIn } from "../random-walk/process-view.ts";
import { eventually, isAlive, type SupervisedFolder, superviseFolder } from "./gateway.ts";

const COUNTER = `[program:counter]
command=/bin/sh -c "i=0; while :; do i=$((i+1)); echo line $i; sleep 0.05; done"
stdout_logfile=$HERE/counter.log
startsecs=0
`;

/** Ends only by SIGKILL, a second after it was told to stop. */
const STUBBORN = `[program:stubborn]
command=/bin/sh -c "trap '' TERM; while :; do sleep 0.1; done"
startsecs=0
stopwaitsecs=1
`;

function folderProgram(option: string): string {
  return `${STUBBORN}${option}\n`;
}

/** Found to be so at once, and then not again: by a check that fails only when its mark is missing. */
function unhealthy(program: string): string {
  const check = 'sh -c "test -e $HERE/checked || { touch $HERE/checked; exit 1; }"';
  return `${program}[gateway-engine:stubborn]\nhealth_command=${check}\nhealth_interval=100ms\nhealth_retries=1\n`;
}

describe("children of a killed supervisord", () => {
  test("go on under the next one: same pid, no line lost, no second copy", async () => {
    // A line that the killed daemon has read and not yet written is lost: each kill comes between two lines.
    const folder = superviseFolder(COUNTER.replace("sleep 0.05", "sleep 0.3"));
    let daemon = await folder.start();
    const { pid } = await folder.until("counter", "RUNNING");
    await eventually(() => folder.read("counter.log") !== "");
    for (let round = 0; round < 5; round += 1) {
      const before = folder.read("counter.log").length;
      await folder.kill(daemon, "SIGKILL");
      daemon = await folder.start();
      expect((await folder.info("counter")).pid).toBe(pid);
      await eventually(() => folder.read("counter.log").length > before);
    }
    await folder.client.stopProcess("counter", folder.signal);
    const lines = folder.read("counter.log").trimEnd().split("\n");
    expect(lines).toEqual(lines.map((_line, index) => `line ${index + 1}`));
    expect(isAlive(pid)).toBe(false);
    expect(copiesOf(folder)).toBe(0);
  });

  test("are seen to end, and are started again", async () => {
    const folder = superviseFolder(COUNTER);
    await folder.kill(await adoptable(folder), "SIGKILL");
    await folder.start();
    const { pid } = await folder.info("counter");
    process.kill(pid, "SIGKILL");
    await eventually(() => folder.read("main.log").includes("exited: counter (exit status -1, adopted; not expected)"));
    const again = await folder.until("counter", "RUNNING");
    expect(again.pid).not.toBe(pid);
    expect(copiesOf(folder)).toBe(1);
  });

  test("are started again with the configuration of now when it has changed since", async () => {
    const folder = superviseFolder(COUNTER);
    const daemon = await adoptable(folder);
    const { pid } = await folder.info("counter");
    await folder.kill(daemon, "SIGKILL");
    folder.configure(COUNTER.replace("echo line", "echo other"));
    await folder.start();
    await eventually(() => folder.read("counter.log").includes("other"));
    expect(isAlive(pid)).toBe(false);
    expect(copiesOf(folder)).toBe(1);
  });

  test("are stopped when they are not configured any more", async () => {
    const folder = superviseFolder(COUNTER);
    const daemon = await adoptable(folder);
    const { pid } = await folder.info("counter");
    await folder.kill(daemon, "SIGKILL");
    folder.configure("");
    await folder.start();
    await eventually(() => !isAlive(pid));
    expect(folder.read("main.log")).toContain("stopping 'counter': an earlier supervisord left it");
  });

  test("are not joined by a second copy when they are configured again while they are being stopped", async () => {
    const slow = COUNTER.replace("i=0;", "trap 'sleep 0.5; exit' TERM; i=0;");
    const folder = superviseFolder(slow);
    const daemon = await adoptable(folder);
    const { pid } = await folder.info("counter");
    await folder.kill(daemon, "SIGKILL");
    folder.configure("");
    await folder.start();
    folder.configure(slow);
    expect(isAlive(pid)).toBe(true);
    await folder.client.update([], folder.signal);
    expect(isAlive(pid)).toBe(false);
    await folder.until("counter", "RUNNING");
    expect(copiesOf(folder)).toBe(1);
    expect(existsSync(folder.file("s.children/counter:counter.child.json"))).toBe(true);
  });

  test("are found by their mark when the daemon died before it wrote down their pid", async () => {
    const folder = superviseFolder(COUNTER);
    const daemon = await adoptable(folder);
    const { pid } = await folder.info("counter");
    await folder.kill(daemon, "SIGKILL");
    const record = "s.children/counter:counter.child.json";
    const lines = folder.read(record).split("\n");
    expect(lines.filter((line) => line.includes(`"pid":${pid}`))).toEqual([lines.at(-1)]);
    writeFileSync(folder.file(record), lines.slice(0, -1).join("\n"));
    await folder.start();
    expect((await folder.info("counter")).pid).toBe(pid);
    expect(copiesOf(folder)).toBe(1);
  });

  test("are never doubled, wherever in its start the daemon is killed", async () => {
    const folder = superviseFolder(
      "[program:many]\ncommand=/bin/sh -c 'sleep 1000; :'\nprocess_name=many_%(process_num)d\nnumprocs=10\nstartsecs=0\nstopasgroup=true\n",
    );
    for (let afterMs = 60; afterMs <= 240; afterMs += 15) {
      await folder.startAndKillAfter(afterMs);
      expect(copiesOf(folder)).toBeLessThanOrEqual(10);
    }
    await folder.start();
    await folder.until("many:many_9", "RUNNING");
    expect(copiesOf(folder)).toBe(10);
  });

  test("that were being stopped go on being stopped, and stay so", async () => {
    const folder = superviseFolder(STUBBORN);
    const daemon = await folder.start();
    const { pid } = await folder.until("stubborn", "RUNNING");
    await folder.call("stopProcess", "stubborn", false);
    expect((await folder.info("stubborn")).statename).toBe("STOPPING");
    await folder.kill(daemon, "SIGKILL");
    expect(isAlive(pid)).toBe(true);
    await folder.start();
    expect((await folder.info("stubborn")).statename).toBe("STOPPING");
    await folder.until("stubborn", "STOPPED");
    expect(isAlive(pid)).toBe(false);
    expect(folder.read("main.log")).toContain("stopping 'stubborn': it had been told to stop");
    expect(copiesOf(folder)).toBe(0);
  });

  test("whose restart was under way are started again, though not by autostart", async () => {
    const folder = superviseFolder(unhealthy(folderProgram("autostart=false")));
    const daemon = await folder.start();
    await folder.call("startProcess", "stubborn");
    await folder.until("stubborn", "STOPPING");
    await folder.kill(daemon, "SIGKILL");
    await folder.start();
    await eventually(() => folder.read("main.log").includes("an earlier supervisord was restarting it"));
    await folder.until("stubborn", "RUNNING");
  });

  test("whose restart was called off by a stop stay stopped", async () => {
    const folder = superviseFolder(unhealthy(folderProgram("autostart=true")));
    const daemon = await folder.start();
    await folder.until("stubborn", "STOPPING");
    await folder.call("stopProcess", "stubborn", false);
    await folder.kill(daemon, "SIGKILL");
    await folder.start();
    await folder.until("stubborn", "STOPPED");
    expect(folder.read("main.log")).toContain("stopping 'stubborn': it had been told to stop");
  });

  test("that are being restarted can be stopped", async () => {
    const folder = superviseFolder(folderProgram("autostart=true"));
    await folder.kill(await adoptable(folder, "stubborn"), "SIGKILL");
    folder.configure(folderProgram("autostart=true\npriority=1"));
    await folder.start();
    await folder.until("stubborn", "STOPPING");
    await folder.call("stopProcess", "stubborn");
    expect((await folder.info("stubborn")).statename).toBe("STOPPED");
  });

  test("whose daemon was killed in the middle of its own end are started again", async () => {
    const folder = superviseFolder(STUBBORN);
    const daemon = await folder.start();
    const { pid } = await folder.until("stubborn", "RUNNING");
    daemon.kill("SIGTERM");
    await eventually(() => folder.read("s.children/stubborn:stubborn.child.json").includes('"stopping"'));
    await folder.kill(daemon, "SIGKILL");
    expect(isAlive(pid)).toBe(true);
    await folder.start();
    const again = await folder.until("stubborn", "RUNNING");
    expect(again.pid).not.toBe(pid);
    expect(copiesOf(folder)).toBe(1);
  });

  test("are stopped first, and started anew, under orphans=stop", async () => {
    const folder = superviseFolder(`${COUNTER}[gateway-engine]\norphans=stop\n`);
    const daemon = await adoptable(folder);
    const { pid } = await folder.info("counter");
    await folder.kill(daemon, "SIGKILL");
    await folder.start();
    await eventually(() => !isAlive(pid));
    const again = await folder.until("counter", "RUNNING");
    expect(again.pid).not.toBe(pid);
    expect(folder.read("main.log")).toContain("restarting 'counter': an earlier supervisord left it");
    expect(copiesOf(folder)).toBe(1);
  });

  test("are not mistaken for whoever has their pid after a boot", async () => {
    const folder = superviseFolder("");
    const stranger = { pid: process.pid, startTicks: 1 };
    const first = await folder.start();
    await folder.kill(first, "SIGKILL");
    const config = { name: "x", group: "x", command: "x" };
    const record = { group: "x", name: "x", spawnId: "none", bootId: "another", startedAt: 1, logs: {}, config };
    writeFileSync(folder.file("s.children/x:x.child.json"), JSON.stringify({ ...record, process: stranger }));
    await folder.start();
    expect(existsSync(folder.file("s.children/x:x.child.json"))).toBe(false);
    expect(isAlive(process.pid)).toBe(true);
  });
});

async function adoptable(folder: SupervisedFolder, program = "counter"): ReturnType<SupervisedFolder["start"]> {
  const daemon = await folder.start();
  await folder.until(program, "RUNNING");
  return daemon;
}

/** Programs that run, whichever daemon over the folder has started them. */
function copiesOf(folder: SupervisedFolder): number {
  return leadersIn(folder.path).length;
}
