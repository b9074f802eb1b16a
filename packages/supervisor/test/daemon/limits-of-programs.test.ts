/** Limits, with folders in the place of the kernel's: the kernel's part is tested in test-system. */
import { mkdirSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { eventually, superviseFolder } from "./gateway.ts";

describe("a program with limits", () => {
  test("enters its control group before it is executed, and has the limits of processes", async () => {
    const folder = superviseFolder(`[gateway-engine]
cgroup=$HERE/cgroup
[program:small]
command=sh -c "ulimit -n > $HERE/out; ulimit -c >> $HERE/out; exec sleep 1000"
[gateway-engine:small]
memory_max=256MB
cpu_max=0.5
limit_nofile=77
limit_core=0
`);
    mkdirSync(folder.file("cgroup"));
    writeFileSync(folder.file("cgroup/cgroup.controllers"), "cpu memory\n");
    await folder.start();
    const { pid } = await folder.until("small", "RUNNING");
    expect(folder.read("cgroup/small:small/cgroup.procs")).toBe(`${pid}\n`);
    expect(folder.read("cgroup/small:small/memory.max")).toBe("268435456");
    expect(folder.read("cgroup/small:small/cpu.max")).toBe("50000 100000");
    await eventually(() => folder.read("out") === "77\n0\n");
  });

  test("is not started without them, and says why", async () => {
    const folder = superviseFolder(`[gateway-engine]
cgroup=$HERE/cgroup
[program:small]
command=sleep 1000
startretries=0
[gateway-engine:small]
pids_max=5
`);
    await folder.start();
    const { spawnerr } = await folder.until("small", "FATAL");
    expect(spawnerr).toBe(`pids_max cannot be set: ${folder.file("cgroup")} does not offer the cgroup controller pids`);
  });
});
