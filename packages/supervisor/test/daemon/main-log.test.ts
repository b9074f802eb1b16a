import { expect, onTestFinished, test } from "vitest";
import { eventually, superviseFolder } from "./gateway.ts";

test("in the background, the log says so before it says that supervisord has started", async () => {
  const folder = superviseFolder("[supervisord]\ndirectory=/tmp\n");
  expect(folder.run().status).toBe(0);
  onTestFinished(async () => {
    await folder.call("shutdown");
    await eventually(() => !folder.exists("s.pid"));
  });
  const said = folder.read("main.log").replaceAll(/^.{24}/gm, "");
  expect(said).toContain(
    "INFO daemonizing the supervisord process\nINFO set current directory: '/tmp'\nINFO supervisord started with pid ",
  );
});

test("at debug, the log has what programs write, without what they mark, and the signals they are sent", async () => {
  const folder = superviseFolder(`[supervisord]
loglevel=debug
[program:x]
command=/bin/sh -c "printf 'one<!--XSUPERVISOR:BEGIN-->marked<!--XSUPERVISOR:END-->two'; exec sleep 1000"
stdout_capture_maxbytes=100
stopasgroup=true
`);
  await folder.start();
  await eventually(() => folder.read("main.log").includes("DEBG 'x' stdout output:\ntwo"));
  expect(folder.read("main.log")).toContain("DEBG 'x' stdout output:\none");
  expect(folder.read("main.log")).not.toMatch(/XSUPERVISOR|marked/);
  const { pid } = await folder.info("x");
  await folder.call("stopProcess", "x");
  expect(folder.read("main.log")).toContain(`DEBG killing x (pid ${pid}) process group with signal SIGTERM\n`);
});
