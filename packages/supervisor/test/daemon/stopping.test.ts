/** What is stopped with a program, and in which order, as our options want it. */
import { describe, expect, test } from "vitest";
import { eventually, isAlive, type SupervisedFolder, superviseFolder } from "./gateway.ts";

/** Says when it is told to end, and ends a little later. */
function lingering(name: string, priority: number): string {
  return `[program:${name}]
command=sh -c "trap 'echo ${name} told >> $HERE/order; sleep 0.2; echo ${name} gone >> $HERE/order; exit' TERM; touch $HERE/${name}.up; while :; do sleep 0.02; done"
priority=${priority}
startsecs=0
`;
}

async function untilUp(folder: SupervisedFolder, ...names: readonly string[]): Promise<void> {
  for (const name of names) await eventually(() => folder.exists(`${name}.up`));
}

describe("stop_order", () => {
  test("reverse waits for the higher priority before it stops the lower one, also on stop all", async () => {
    const folder = superviseFolder(`[gateway-engine]\nstop_order=reverse\n${lingering("db", 1)}${lingering("web", 2)}`);
    await folder.start();
    await untilUp(folder, "db", "web");
    await folder.call("stopAllProcesses");
    expect(folder.read("order")).toBe("web told\nweb gone\ndb told\ndb gone\n");
  });

  test("parallel stops everything at once when the daemon ends", async () => {
    const folder = superviseFolder(
      `[gateway-engine]\nstop_order=parallel\n${lingering("db", 1)}${lingering("web", 2)}`,
    );
    const daemon = await folder.start();
    await untilUp(folder, "db", "web");
    await folder.kill(daemon, "SIGTERM");
    const told = folder.read("order").split("\n").slice(0, 2);
    expect(told.sort()).toEqual(["db told", "web told"]);
  });
});

describe("kill_leftovers", () => {
  const PARENT = `[program:parent]
command=sh -c "sleep 1000 & echo $! > $HERE/left; trap '' TERM; sleep 1000 & echo $! > $HERE/stubborn; exit 1"
startsecs=0
autorestart=false
stopwaitsecs=1
`;
  const pidIn = (folder: SupervisedFolder, file: string) => Number(folder.read(file));

  test("ends what a program left behind, and kills what does not want to", async () => {
    const folder = superviseFolder(`${PARENT}[gateway-engine:parent]\nkill_leftovers=true\n`);
    await folder.start();
    await folder.until("parent", "EXITED");
    const [left, stubborn] = [pidIn(folder, "left"), pidIn(folder, "stubborn")];
    await eventually(() => !isAlive(left));
    expect(isAlive(stubborn)).toBe(true);
    await eventually(() => !isAlive(stubborn));
    expect(folder.read("main.log")).toMatch(/ending what 'parent' \(\d+\) left behind/);
    await eventually(() => /killing what 'parent' \(\d+\) left behind with SIGKILL/.test(folder.read("main.log")));
  });

  test("is waited for when the daemon ends", async () => {
    const folder = superviseFolder(`${PARENT}[gateway-engine:parent]\nkill_leftovers=true\n`);
    const daemon = await folder.start();
    await folder.until("parent", "EXITED");
    const stubborn = pidIn(folder, "stubborn");
    await folder.kill(daemon, "SIGTERM");
    expect(isAlive(stubborn)).toBe(false);
  });

  test("without it they live on, as with the original", async () => {
    const folder = superviseFolder(PARENT);
    const daemon = await folder.start();
    await folder.until("parent", "EXITED");
    await folder.kill(daemon, "SIGTERM");
    const pids = [pidIn(folder, "left"), pidIn(folder, "stubborn")];
    expect(pids.map(isAlive)).toEqual([true, true]);
    for (const pid of pids) process.kill(pid, "SIGKILL");
  });
});
