/** The kernel's own cgroup v2 hierarchy: needs root and a place where it is mounted. */
import { readFileSync } from "node:fs";
import { kernelControlGroups as groups } from "@gateway-engine/platform/control-groups";
import { describe, expect, onTestFinished, test } from "vitest";
import { eventually, superviseFolder } from "../test/daemon/gateway.ts";

/** A new control group beside the one that the tests run in. Groups in it have no controllers. */
function makeGroup(): string {
  const own = groups.own();
  if (own === undefined) throw new Error("this test needs a mounted cgroup v2 hierarchy");
  const folder = `${own}/gateway-engine-test-${process.pid}-${Date.now()}`;
  const problem = groups.make(folder);
  if (problem !== undefined) throw new Error(`this test needs a writable cgroup v2 hierarchy: ${folder}: ${problem}`);
  onTestFinished(() => groups.remove(folder));
  return folder;
}

describe("a control group of the kernel", () => {
  test("is entered by a process that writes its pid, and cannot be removed until that has ended", async () => {
    const parent = makeGroup();
    const group = `${parent}/web:w1`;
    groups.make(group);
    onTestFinished(() => groups.remove(group));
    const folder = superviseFolder(`[program:x]
command=sh -c "echo $$ > ${group}/cgroup.procs; exec sleep 1000"
`);
    await folder.start();
    const { pid } = await folder.until("x", "RUNNING");
    await eventually(() => readFileSync(`/proc/${pid}/cgroup`, "utf8").includes("/web:w1\n"));
    groups.remove(group);
    expect(groups.list(parent)).toEqual(["web:w1"]);
    await folder.client.stopProcess("x", folder.signal);
    groups.remove(group);
    expect(groups.list(parent)).toEqual([]);
  });

  test("that lacks the controller of a limit is no reason to start without the limit", async () => {
    const parent = `${makeGroup()}/inner`;
    onTestFinished(() => groups.remove(parent));
    const folder = superviseFolder(`[gateway-engine]
cgroup=${parent}
[program:x]
command=sleep 1000
startretries=0
[gateway-engine:x]
memory_max=64MB
`);
    await folder.start();
    const { spawnerr } = await folder.until("x", "FATAL");
    expect(spawnerr).toBe(`memory_max cannot be set: ${parent} does not offer the cgroup controller memory`);
  });
});
