import { expect, test } from "vitest";
import { superviseFolder } from "./gateway.ts";

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
