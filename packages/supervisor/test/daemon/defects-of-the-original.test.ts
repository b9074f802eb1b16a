/**
 * What the original does wrong by its own measure, and we must not.
 *
 * @see docs/reference/supervisor-wishes.md#defects
 */
import { describe, expect, test } from "vitest";
import { isFault } from "../../src/client.ts";
import { eventually, superviseFolder } from "./gateway.ts";

const TIMES = 10;

describe("where the original fails", () => {
  test("a program that dies at once is never called RUNNING, and its start is refused each time", async () => {
    const folder = superviseFolder(`[program:dies]
command=/bin/false
autostart=false
startretries=0
`);
    await folder.start();
    for (let time = 0; time < TIMES; time += 1) {
      const start = folder.client.startProcess("dies", folder.signal);
      await expect(start).rejects.toSatisfy((error) => isFault(error, "SPAWN_ERROR"));
      await folder.until("dies", "FATAL");
    }
    expect(folder.read("main.log").match(/spawned: 'dies'/g)).toHaveLength(TIMES);
    expect(folder.read("main.log")).not.toContain("entered RUNNING state");
  });

  test("a stop right after a start is not lost", async () => {
    const folder = superviseFolder(`[program:sleeper]
command=sleep 1000
autostart=false
startsecs=0
`);
    await folder.start();
    for (let time = 0; time < TIMES; time += 1) {
      await folder.call("startProcess", "sleeper", false);
      await folder.client.stopProcess("sleeper", folder.signal);
    }
    expect(folder.read("main.log").match(/spawned: 'sleeper'/g)?.length ?? 0).toBeGreaterThan(0);
    expect(folder.read("main.log")).not.toContain("SIGKILL");
  });

  test("a program in a crash loop can be stopped at any moment, and stays stopped", async () => {
    const folder = superviseFolder(`[program:loop]
command=sh -c "exit 1"
startsecs=0
`);
    await folder.start();
    await eventually(() => (folder.read("main.log").match(/exited: loop/g)?.length ?? 0) > 2);
    await folder.client.stopProcess("loop", folder.signal);
    expect((await folder.info("loop")).statename).toBe("STOPPED");
  });

  test("a log with control characters, broken UTF-8 and half a character can be read", async () => {
    const folder = superviseFolder(`[program:noise]
command=sh -c "printf '\\\\033[1mbold\\\\000\\\\377 caf\\\\303\\\\251'; exec sleep 1000"
stdout_logfile=$HERE/noise.log
`);
    await folder.start();
    await eventually(() => folder.read("noise.log").endsWith("café"));
    expect(await folder.call("readProcessStdoutLog", "noise", 0, 0)).toBe("\ufffd[1mbold\ufffd\ufffd café");
    expect(await folder.call("readProcessStdoutLog", "noise", -1, 0)).toBe("\ufffd");
    expect(folder.ctl("tail", "noise").stdout).toBe("\ufffd[1mbold\ufffd\ufffd café\n");
  });

  test("the configuration of a program with autorestart=true is told", async () => {
    const folder = superviseFolder("[program:always]\ncommand=sleep 1000\nautorestart=true\n");
    await folder.start();
    expect(await folder.call("getAllConfigInfo")).toMatchObject([{ name: "always", inuse: true }]);
    expect(folder.ctl("avail").stdout).toMatch(/^always +in use +auto +999:999\n$/);
  });
});
