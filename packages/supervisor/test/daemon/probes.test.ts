import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { freePort } from "@gateway-engine/testkit/free-port";
import { describe, expect, onTestFinished, test } from "vitest";
import { isFault } from "../../src/client.ts";
import { eventually, isAlive, type SupervisedFolder, superviseFolder } from "./gateway.ts";

const APP = "[program:app]\ncommand=sleep 1000\nstartsecs=0\n";

const count = (folder: SupervisedFolder, text: string) => folder.read("main.log").split(text).length - 1;

describe("readiness", () => {
  test("is what dependents and a waiting start wait for, and RUNNING is not", async () => {
    const folder = superviseFolder(`${APP}autostart=false
[program:web]
command=sleep 1000
autostart=false
[gateway-engine:web]
depends_on=app
[gateway-engine:app]
ready_command=test -e $HERE/ready
ready_interval=0.1
`);
    await folder.start();
    const started = folder.client.startProcess("app", folder.signal);
    await folder.until("app", "RUNNING");
    await folder.call("startProcess", "web", false);
    await eventually(async () => (await folder.info("web")).description === "waiting for app (not ready)");
    writeFileSync(folder.file("ready"), "");
    await started;
    await folder.until("web", "RUNNING");
    expect(count(folder, "ready: app")).toBe(1);
  });

  test("that does not come in time is a failed start: it is stopped, tried again, and given up", async () => {
    const folder = superviseFolder(`${APP}autostart=false
startretries=1
[gateway-engine:app]
ready_tcp=${await freePort()}
ready_interval=100ms
ready_timeout=300ms
`);
    await folder.start();
    const start = folder.client.startProcess("app", folder.signal);
    await expect(start).rejects.toSatisfy((error) => isFault(error, "SPAWN_ERROR"));
    const { description } = await folder.until("app", "FATAL");
    expect(description).toBe("not ready within 0.3 seconds: connection refused");
    expect(count(folder, "spawned: 'app'")).toBe(2);
    expect(count(folder, "WARN not ready: app (not ready within 0.3 seconds: connection refused)")).toBe(2);
  });
});

describe("health", () => {
  test("over HTTP: so many failures in series restart the program", async () => {
    let status = 200;
    let asked = 0;
    const server = createServer((_, response) => {
      asked += 1;
      response.writeHead(status).end();
    });
    const port = await freePort();
    await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    const folder = superviseFolder(`${APP}[gateway-engine:app]
health_http=http://127.0.0.1:${port}/health
health_interval=100ms
health_retries=2
`);
    await folder.start();
    const { pid } = await folder.until("app", "RUNNING");
    await eventually(() => asked > 2);
    status = 503;
    await eventually(() => !isAlive(pid));
    status = 200;
    await eventually(() => count(folder, "spawned: 'app'") === 2);
    expect(count(folder, "WARN unhealthy: app (2 health checks failed: HTTP status 503)")).toBe(1);
    expect((await folder.until("app", "RUNNING")).pid).not.toBe(pid);
  });

  test("a check that hangs is ended with all that it started, and counts as a failure", async () => {
    const folder = superviseFolder(
      `${APP}[gateway-engine:app]
health_command=sh -c "sleep 999 & echo $$! >> $HERE/pids; echo $$$$ >> $HERE/pids; wait"
health_interval=100ms
health_timeout=300ms
health_retries=1
`.replaceAll("$$", "$"),
    );
    await folder.start();
    await eventually(() => count(folder, "unhealthy: app (1 health check failed: not done within 0.3 seconds)") > 0);
    const daemonWas = folder.read("pids").trim().split("\n").map(Number).slice(0, 2);
    await eventually(() => !daemonWas.some(isAlive));
  });

  test("a stop ends the checks, and one during the restart is final", async () => {
    const folder = superviseFolder(`[program:app]
command=sh -c "trap 'sleep 0.5; exit 0' TERM; while :; do sleep 0.05; done"
startsecs=0
[gateway-engine:app]
health_command=sh -c "echo x >> $HERE/checks; exit 1"
health_interval=100ms
health_retries=3
`);
    await folder.start();
    await folder.until("app", "STOPPING");
    await folder.client.stopProcess("app", folder.signal);
    expect((await folder.info("app")).statename).toBe("STOPPED");
    expect(count(folder, "spawned: 'app'")).toBe(1);
    expect(folder.read("checks")).toBe("x\nx\nx\n");
  });
});
