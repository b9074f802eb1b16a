/** How a process comes from state to state: one case an arrow. */
import { expect } from "vitest";
import { Daemon } from "./daemon.ts";
import { expectFault, onBothDaemons, sharedDaemon } from "./suite.ts";

const MANUAL = "autostart=false";

onBothDaemons("a process goes", ({ kind, spec }) => {
  const daemon = sharedDaemon(kind, {
    programs: `
[program:auto]
command=sleep infinity
[program:asleep]
command=sleep infinity
${MANUAL}
[program:byhand]
command=sleep infinity
${MANUAL}
startsecs=2
[program:once]
command=/bin/sh -c "sleep 1.5"
${MANUAL}
[program:always]
command=/bin/sh -c "sleep 1.5"
${MANUAL}
autorestart=true
[program:unexpected]
command=/bin/sh -c "sleep 1.5; exit 7"
${MANUAL}
exitcodes=0,2
[program:seven]
command=/bin/sh -c "sleep 1.5; exit 7"
${MANUAL}
exitcodes=7
[program:never]
command=/bin/sh -c "sleep 1.5; exit 7"
${MANUAL}
autorestart=false
[program:killed]
command=sleep infinity
${MANUAL}
autorestart=false
startsecs=0
[program:vanishing]
command=$HERE/vanishing
${MANUAL}
startretries=0
[program:retried]
command=/bin/sh -c "echo try; exit 1"
stdout_logfile=$HERE/retried.log
${MANUAL}
startretries=2
[program:unlucky]
command=/bin/sh -c "exit 0"
${MANUAL}
startretries=50
[program:slowstart]
command=/bin/sh -c "trap 'sleep 1; exit' TERM; echo ready; while :; do sleep 0.05; done"
stdout_logfile=$HERE/slowstart.log
${MANUAL}
startsecs=30
[program:stubborn]
command=/bin/sh -c "trap '' TERM; echo deaf; while :; do sleep 0.1; done"
stdout_logfile=$HERE/stubborn.log
${MANUAL}
startsecs=0
stopwaitsecs=1
`,
  });

  spec(
    "from STOPPED to STARTING by itself",
    ["transition STOPPED -> STARTING: autostart", "option program autostart"],
    async () => {
      await daemon().until("auto", "RUNNING");
      expect((await daemon().info("asleep")).start).toBe(0);
    },
  );

  spec(
    "from STOPPED to STARTING on request, and to RUNNING after startsecs",
    [
      "transition STOPPED -> STARTING: a start request",
      "transition STARTING -> RUNNING: alive for startsecs",
      "option program startsecs",
    ],
    async () => {
      expect((await daemon().info("byhand")).statename).toBe("STOPPED");
      const before = performance.now();
      await daemon().call("startProcess", "byhand", false);
      expect(await daemon().statesUntil("byhand", "RUNNING")).toEqual(["STARTING", "RUNNING"]);
      expect(performance.now() - before).toBeGreaterThan(1950);
      expect(daemon().read("main.log")).toContain(
        "success: byhand entered RUNNING state, process has stayed up for > than 2 seconds (startsecs)",
      );
    },
  );

  spec(
    "from RUNNING to EXITED, and from there on request",
    [
      "transition RUNNING -> EXITED: an expected exit",
      "transition EXITED -> STARTING: a start request",
      "transition STARTING -> EXITED: an exit after startsecs",
    ],
    async () => {
      await daemon().call("startProcess", "once");
      expect(await daemon().until("once", "EXITED")).toMatchObject({ exitstatus: 0, spawnerr: "" });
      expect(daemon().read("main.log")).toMatch(
        /INFO success: once[\s\S]*INFO exited: once \(exit status 0; expected\)/,
      );
      await daemon().call("startProcess", "once", false);
      expect(await daemon().statesUntil("once", "RUNNING")).toEqual(["STARTING", "RUNNING"]);
    },
  );

  spec(
    "from EXITED to STARTING whatever the status with autorestart=true",
    ["transition EXITED -> STARTING: autorestart=true", "option program autorestart"],
    async () => {
      await daemon().call("startProcess", "always");
      const { pid } = await daemon().info("always");
      await daemon().untilLogged(/exited: always \(exit status 0; expected\)/);
      expect((await daemon().until("always", "RUNNING")).pid).not.toBe(pid);
    },
  );

  spec(
    "from EXITED to STARTING after a status that is not expected",
    [
      "transition RUNNING -> EXITED: an exit that is not expected",
      "transition EXITED -> STARTING: an exit that is not expected",
      "option program exitcodes",
    ],
    async () => {
      await daemon().call("startProcess", "unexpected");
      const { pid } = await daemon().info("unexpected");
      await daemon().untilLogged(/WARN exited: unexpected \(exit status 7; not expected\)/);
      expect((await daemon().until("unexpected", "RUNNING")).pid).not.toBe(pid);
    },
  );

  spec("no further than EXITED after an expected status", ["option program exitcodes"], async () => {
    await daemon().call("startProcess", "seven");
    await daemon().until("seven", "EXITED");
    expect(daemon().read("main.log")).toContain("exited: seven (exit status 7; expected)");
    await daemon().call("startProcess", "never");
    const never = await daemon().until("never", "EXITED");
    expect(never).toMatchObject({ exitstatus: 7, spawnerr: "Bad exit code 7" });
    const spawnsOf = (name: string) => daemon().read("main.log").split(`spawned: '${name}'`).length - 1;
    expect([spawnsOf("seven"), spawnsOf("never")]).toEqual([1, 1]);
    expect((await daemon().info("seven")).statename).toBe("EXITED");
  });

  spec("from RUNNING to EXITED by a signal", ["transition RUNNING -> EXITED: a signal"], async () => {
    await daemon().call("startProcess", "killed");
    process.kill((await daemon().info("killed")).pid, "SIGKILL");
    expect(await daemon().until("killed", "EXITED")).toMatchObject({ exitstatus: -1, pid: 0 });
    expect(daemon().read("main.log")).toContain("WARN exited: killed (terminated by SIGKILL; not expected)");
  });

  spec(
    "from STARTING to BACKOFF to FATAL when it ends within startsecs, after longer and longer waits",
    [
      "transition STARTING -> BACKOFF: an exit within startsecs",
      "transition BACKOFF -> STARTING: after 1, 2, 3 seconds",
      "transition BACKOFF -> FATAL: out of startretries",
      "transition FATAL -> STARTING: a start request",
      "option program startretries",
    ],
    async () => {
      await daemon()
        .call("startProcess", "retried", false)
        .catch(() => undefined);
      expect((await daemon().until("retried", "FATAL")).spawnerr).toBe(
        "Exited too quickly (process log may have details)",
      );
      expect(daemon().read("retried.log")).toBe("try\ntry\ntry\n");
      expect(daemon().read("main.log")).toContain(
        "gave up: retried entered FATAL state, too many start retries too quickly",
      );
      const [first, second] = waitsBetween(daemon(), "retried");
      expect(first).toBeGreaterThanOrEqual(0.95);
      expect(second).toBeGreaterThanOrEqual(1.95);
      expect(second).toBeGreaterThan(first ?? 0);

      await expectFault(daemon().call("startProcess", "retried"), 50, "SPAWN_ERROR: retried");
      await daemon().untilFile("retried.log", /(try\n){4}/);
    },
  );

  spec(
    "from STARTING to BACKOFF when it cannot be spawned",
    ["transition STARTING -> BACKOFF: it cannot be spawned"],
    async () => {
      await using alone = await Daemon.start(kind, {
        programs: "[program:nofile]\ncommand=/nonexistent/program\nstartretries=1\n",
      });
      const info = await alone.until("nofile", "FATAL");
      expect(info.description).toBe("can't find command '/nonexistent/program'");
      expect(alone.read("main.log")).toContain("spawnerr: can't find command '/nonexistent/program'");
    },
  );

  spec("from BACKOFF to STOPPED on request", ["transition BACKOFF -> STOPPED: a stop request"], async () => {
    await daemon()
      .call("startProcess", "unlucky", false)
      .catch(() => undefined);
    await daemon().until("unlucky", "BACKOFF");
    expect(await daemon().call("stopProcess", "unlucky")).toBe(true);
    expect((await daemon().info("unlucky")).statename).toBe("STOPPED");
    await expectFault(daemon().call("stopProcess", "unlucky"), 70, "NOT_RUNNING: unlucky");
  });

  spec(
    "from STARTING to STOPPING to STOPPED on request",
    ["transition STARTING -> STOPPING: a stop request", "transition STOPPING -> STOPPED: its end"],
    async () => {
      await daemon().call("startProcess", "slowstart", false);
      await daemon().untilFile("slowstart.log", "ready");
      expect((await daemon().info("slowstart")).statename).toBe("STARTING");
      await daemon().call("stopProcess", "slowstart", false);
      expect(await daemon().statesUntil("slowstart", "STOPPED")).toEqual(["STOPPING", "STOPPED"]);
      expect(daemon().read("main.log")).toMatch(/stopped: slowstart \(exit status \d+\)/);
    },
  );

  spec(
    "from RUNNING to STOPPING, and is killed when it does not stop",
    [
      "transition RUNNING -> STOPPING: a stop request",
      "transition STOPPING -> STOPPING: SIGKILL after stopwaitsecs",
      "option program stopwaitsecs",
    ],
    async () => {
      await daemon().call("startProcess", "stubborn");
      await daemon().untilFile("stubborn.log", "deaf");
      const { pid } = await daemon().info("stubborn");
      await daemon().call("stopProcess", "stubborn", false);
      expect(await daemon().statesUntil("stubborn", "STOPPED")).toEqual(["STOPPING", "STOPPED"]);
      expect(daemon().read("main.log")).toContain(`WARN killing 'stubborn' (${pid}) with SIGKILL`);
      expect(daemon().read("main.log")).toContain("WARN stopped: stubborn (terminated by SIGKILL)");
    },
  );
});

/** Seconds between the starts of a program, by the daemon's log. */
function waitsBetween(daemon: Daemon, name: string): readonly number[] {
  const starts = [...daemon.read("main.log").matchAll(new RegExp(`^(\\S+ \\S+),(\\d+) INFO spawned: '${name}'`, "gm"))];
  const times = starts.map(([, second = "", ms = ""]) => Date.parse(second) / 1000 + Number(ms) / 1000);
  return times.slice(1).map((time, index) => time - (times[index] ?? 0));
}
