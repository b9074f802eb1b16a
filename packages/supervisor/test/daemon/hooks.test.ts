import { writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { eventually, superviseFolder } from "./gateway.ts";

test("commands run before and after a run, as the program would, and what they print is in its log", async () => {
  const folder = superviseFolder(`[program:app]
command=sh -c "echo run >> $HERE/order; exec sleep 1000"
startsecs=0
stderr_logfile=$HERE/err.log
environment=WORD="hello"
[gateway-engine:app]
pre_start=sh -c "echo before >> $HERE/order; echo $WORD"
post_stop=sh -c "sleep 0.2; echo after >> $HERE/order; echo bye >&2"
`);
  const daemon = await folder.start();
  await folder.until("app", "RUNNING");
  await folder.call("stopProcess", "app");
  await folder.call("startProcess", "app");
  await folder.kill(daemon, "SIGTERM");
  expect(folder.read("order")).toBe("before\nrun\nafter\nbefore\nrun\nafter\n");
  expect(folder.read("err.log")).toBe("hello\nbye\nhello\nbye\n");
});

test("a pre_start that fails is a failed start", async () => {
  const folder = superviseFolder(`[program:app]
command=sleep 1000
startretries=0
[gateway-engine:app]
pre_start=sh -c "exit 4"
`);
  await folder.start();
  expect((await folder.until("app", "FATAL")).description).toBe("pre_start failed: exit status 4");
});

const SLOW_END = `[program:app]
command=sh -c "echo run >> $HERE/order; exec sleep 1000"
startsecs=0
[gateway-engine:app]
post_stop=sh -c "while ! test -e $HERE/go; do sleep 0.05; done; echo after >> $HERE/order"
`;

test("a start that waits for post_stop can be stopped, and a later one still waits", async () => {
  const folder = superviseFolder(SLOW_END);
  await folder.start();
  await eventually(() => folder.read("order") === "run\n");
  await folder.call("stopProcess", "app");
  await folder.call("startProcess", "app", false);
  expect((await folder.info("app")).description).toBe("waiting for post_stop");
  await folder.call("stopProcess", "app");
  await folder.call("startProcess", "app", false);
  writeFileSync(folder.file("go"), "");
  await folder.until("app", "RUNNING");
  await eventually(() => folder.read("order") === "run\nafter\nrun\n");
});

test("an update waits for post_stop before it starts the program anew", async () => {
  const folder = superviseFolder(SLOW_END);
  await folder.start();
  await eventually(() => folder.read("order") === "run\n");
  folder.configure(SLOW_END.replace("sleep 1000", "sleep 2000"));
  const updated = folder.client.update([], folder.signal);
  await folder.until("app", "STOPPED");
  writeFileSync(folder.file("go"), "");
  await updated;
  await folder.until("app", "RUNNING");
  await eventually(() => folder.read("order") === "run\nafter\nrun\n");
});

test("post_stop comes after what the program left behind has ended", async () => {
  const folder = superviseFolder(`[program:app]
command=sh -c "sh -c 'trap \\"sleep 0.3; echo child gone >> $HERE/order; exit\\" TERM; touch $HERE/up; while :; do sleep 0.02; done' & while ! test -e $HERE/up; do sleep 0.02; done; exit 0"
startsecs=0
autorestart=false
[gateway-engine:app]
kill_leftovers=true
post_stop=sh -c "echo after >> $HERE/order"
`);
  await folder.start();
  await eventually(() => folder.read("order").includes("after"));
  expect(folder.read("order")).toBe("child gone\nafter\n");
});
