/** Restarts as `[gateway-engine:x]` wants them. */
import { describe, expect, test } from "vitest";
import { eventually, superviseFolder } from "./gateway.ts";

describe("a program whose restarts are limited", () => {
  test("is given up after too many, and says so", async () => {
    const folder = superviseFolder(`[program:crash]
command=sh -c "exit 3"
startsecs=0
[gateway-engine:crash]
restart_limit=2 in 60s
backoff_initial=10ms
`);
    await folder.start();
    const info = await folder.until("crash", "FATAL");
    expect(info.description).toBe("More than 2 restarts in 60 seconds");
    expect(folder.read("main.log").match(/spawned: 'crash'/g)).toHaveLength(3);
    expect(folder.read("main.log")).toContain("gave up: crash entered FATAL state, more than 2 restarts in 60 seconds");
  });

  test("leaves FATAL by itself until it is stopped", async () => {
    const folder = superviseFolder(`[program:x]
command=/nonexistent/x
startretries=0
[gateway-engine:x]
fatal_retry=50ms
`);
    await folder.start();
    await eventually(() => (folder.read("main.log").match(/gave up: x/g)?.length ?? 0) >= 3);
    await folder.client.stopProcess("x", folder.signal).catch(() => folder.client.stopProcess("x", folder.signal));
    expect((await folder.info("x")).statename).toBe("STOPPED");
  });

  test("is retried without end, and stops when it is told to", async () => {
    const folder = superviseFolder(`[program:x]
command=/nonexistent/x
startretries=0
[gateway-engine:x]
endless_retries=true
backoff_initial=5ms
backoff_factor=1
`);
    await folder.start();
    await eventually(() => (folder.read("main.log").match(/spawnerr/g)?.length ?? 0) > 10);
    expect(folder.read("main.log")).not.toContain("gave up");
    await folder.client.stopProcess("x", folder.signal);
    expect((await folder.info("x")).statename).toBe("STOPPED");
  });
});
