import { writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { eventually, superviseFolder } from "./gateway.ts";

/** `db` needs a second to count as running, `web` needs `db`. */
const PAIR = `[program:db]
command=sleep 1000
[program:web]
command=sleep 1000
startsecs=0
priority=1
[gateway-engine:web]
depends_on=db
`;

const QUICK_PAIR = PAIR.replace("sleep 1000", "sleep 1000\nstartsecs=0");

describe("a program that depends on another", () => {
  test("is STARTING and says why, until the other runs", async () => {
    const folder = superviseFolder(PAIR);
    await folder.start();
    expect(await folder.info("web")).toMatchObject({
      ...{ statename: "STARTING", pid: 0 },
      ...{ spawnerr: "waiting for db (STARTING)", description: "waiting for db (STARTING)" },
    });
    await folder.until("web", "RUNNING");
    const log = folder.read("main.log");
    expect(log.indexOf("success: db")).toBeLessThan(log.indexOf("spawned: 'web'"));
  });

  test("is stopped before the other, at a shutdown and by stop all", async () => {
    const folder = superviseFolder(QUICK_PAIR);
    const daemon = await folder.start();
    await folder.until("web", "RUNNING");
    await folder.call("stopAllProcesses");
    await folder.call("startAllProcesses");
    await folder.kill(daemon, "SIGTERM");
    const stops = folder.read("main.log").match(/stopped: \w+/g);
    expect(stops).toEqual(["stopped: web", "stopped: db", "stopped: web", "stopped: db"]);
  });

  test("stops waiting when it is stopped", async () => {
    const folder = superviseFolder(PAIR.replace("sleep 1000", "sleep 1000\nstartsecs=1000"));
    await folder.start();
    await folder.client.stopProcess("web", folder.signal);
    expect(await folder.info("web")).toMatchObject({ statename: "STOPPED", description: "Not started", spawnerr: "" });
    expect((await folder.info("db")).statename).toBe("STARTING");
  });

  test("starts the other when it is started, and its start is answered when both run", async () => {
    const folder = superviseFolder(PAIR.replaceAll("command=", "autostart=false\ncommand="));
    await folder.start();
    await folder.client.startProcess("web", folder.signal);
    expect((await folder.info("db")).statename).toBe("RUNNING");
    expect((await folder.info("web")).statename).toBe("RUNNING");
  });

  test("waits for a group that is not active, and goes on when it comes", async () => {
    const folder = superviseFolder(QUICK_PAIR);
    await folder.start();
    await folder.until("web", "RUNNING");
    await folder.client.stopProcess("web", folder.signal);
    await folder.client.stopProcess("db", folder.signal);
    await folder.call("removeProcessGroup", "db");
    await folder.call("startProcess", "web", false);
    await eventually(async () => (await folder.info("web")).description === "waiting for db (not active)");
    await folder.call("addProcessGroup", "db");
    await folder.until("web", "RUNNING");
  });

  test("is not waited for by its starter when the other is given up, and starts when the other is mended", async () => {
    const folder = superviseFolder(`[program:db]
command=sh -c "test -e $HERE/mended && exec sleep 1000"
autostart=false
autorestart=false
startsecs=0
[program:web]
command=sleep 1000
autostart=false
startsecs=0
[program:page]
command=sleep 1000
autostart=false
startsecs=0
[gateway-engine:web]
depends_on=db
[gateway-engine:page]
depends_on=web
`);
    await folder.start();
    const { status, stdout } = folder.ctl("start", "page");
    expect({ status, stdout }).toEqual({ status: 7, stdout: "page: ERROR (spawn error)\n" });
    expect((await folder.info("web")).description).toBe("waiting for db (EXITED)");
    expect((await folder.info("page")).description).toBe("waiting for web (STARTING)");
    writeFileSync(folder.file("mended"), "");
    await folder.call("startProcess", "db");
    await folder.until("page", "RUNNING");
  });
});
