/** extended_status, and what our supervisorctl makes of it. */
import { describe, expect, test } from "vitest";
import { eventually, superviseFolder } from "./gateway.ts";

const PROGRAM = `[program:pair]
command=sh -c "sleep 1000 & wait"
startsecs=0
[program:once]
command=sh -c "exit 3"
startsecs=0
autorestart=false
`;

describe("extended_status", () => {
  test("tells starts, last exit, CPU and memory of a program and what it started", async () => {
    const folder = superviseFolder(`${PROGRAM}[gateway-engine]\nextended_status=true\n`);
    await folder.start();
    const { pid } = await folder.until("pair", "RUNNING");
    process.kill(-pid, "SIGKILL");
    await eventually(async () => ![0, pid].includes((await folder.info("pair")).pid));
    await eventually(async () => (await folder.details("pair"))["process_count"] === 2);
    const pair = await folder.details("pair");
    expect(pair).toMatchObject({ start_count: 2, last_exit: "terminated by SIGKILL" });
    expect(pair["memory_kb"]).toBeGreaterThan(1000);
    expect(pair["cpu_seconds"]).toBeGreaterThanOrEqual(0);
    await folder.until("once", "EXITED");
    expect(await folder.details("once")).toMatchObject({
      ...{ start_count: 1, last_exit: "exit status 3", process_count: 0, memory_kb: 0, cpu_seconds: 0 },
    });
  });

  test("without it, the starts are counted all the same, for a call of its own", async () => {
    const folder = superviseFolder(`${PROGRAM}[group:all]\nprograms=pair\n`);
    await folder.start();
    const { pid } = await folder.until("all:pair", "RUNNING");
    await folder.until("once", "EXITED");
    process.kill(-pid, "SIGKILL");
    await eventually(async () => ![0, pid].includes((await folder.info("all:pair")).pid));
    expect(await folder.client.getStartCounts(folder.signal)).toEqual({ "all:pair": 2, once: 1 });
  });

  test("without it, a program is told of in the original's members only", async () => {
    const folder = superviseFolder(PROGRAM);
    await folder.start();
    expect(Object.keys(await folder.details("pair"))).not.toContain("start_count");
  });

  test("status -l and status --json show it", async () => {
    const folder = superviseFolder(`${PROGRAM}[gateway-engine]\nextended_status=true\n`);
    await folder.start();
    await folder.until("once", "EXITED");
    const long = folder.ctl("status", "-l", "once");
    expect(long.stdout).toMatch(/^once +EXITED +.*\n +started 1 time, last exit: exit status 3\n$/);
    const json = JSON.parse(folder.ctl("status", "--json").stdout) as readonly Record<string, unknown>[];
    expect(json.map((info) => [info["name"], info["start_count"]])).toEqual([
      ["once", 1],
      ["pair", 1],
    ]);
  });
});
