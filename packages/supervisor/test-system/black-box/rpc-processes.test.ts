/** The remote methods about processes: starting, stopping, signalling, asking, and writing to them. */
import { expect } from "vitest";
import { outOfReach, rootOf, writeRootMaker } from "./as-root.ts";
import { Daemon } from "./daemon.ts";
import { byDesign } from "./differences.ts";
import { expectFault, onBothDaemons, sharedDaemon } from "./suite.ts";

/** By hand, so that no case waits for the first turn of the original's loop. */
const MANUAL = "autostart=false\nstartsecs=0";

onBothDaemons("starting a process", ({ kind, spec }) => {
  const daemon = sharedDaemon(kind, {
    programs: `
[program:quick]
command=sleep infinity
${MANUAL}
[program:slow]
command=sleep infinity
autostart=false
[program:runs]
command=sleep infinity
${MANUAL}
[program:failing]
command=/bin/false
autostart=false
startretries=60
[program:nofile]
command=/nonexistent/program
autostart=false
[program:nopath]
command=nosuchprogram
autostart=false
[program:noexec]
command=/etc/passwd
autostart=false
[program:isdir]
command=/tmp
autostart=false
[program:badquote]
command=echo "unterminated
autostart=false
[program:stubborn]
command=/bin/sh -c "trap '' TERM; echo deaf; while :; do sleep 0.1; done"
stdout_logfile=$HERE/stubborn.log
stopwaitsecs=3
killasgroup=true
${MANUAL}
`,
  });

  spec("answers when it runs", ["rpc supervisor.startProcess"], async () => {
    expect(await daemon().call("startProcess", "slow")).toBe(true);
    expect(await daemon().info("slow")).toMatchObject({ statename: "RUNNING", spawnerr: "" });
  });

  spec("answers at once when told not to wait", ["rpc supervisor.startProcess"], async () => {
    expect(await daemon().call("startProcess", "quick", false)).toBe(true);
    await daemon().until("quick", "RUNNING");
  });

  spec("is refused for a name that nobody has", ["fault supervisor.startProcess 10"], async () => {
    for (const name of ["nosuch", "nosuch:*", "quick:nosuch", "nosuch:quick"]) {
      await expectFault(daemon().call("startProcess", name), 10, `BAD_NAME: ${name}`);
    }
  });

  spec("is refused without a file to execute", ["fault supervisor.startProcess 20"], async () => {
    await expectFault(
      daemon().call("startProcess", "nofile"),
      20,
      "NO_FILE: can't find command '/nonexistent/program'",
    );
    await expectFault(daemon().call("startProcess", "nopath"), 20, "NO_FILE: can't find command 'nosuchprogram'");
    expect(await daemon().info("nofile")).toMatchObject({ statename: "STOPPED", description: "Not started" });
  });

  spec("is refused for what cannot be executed", ["fault supervisor.startProcess 21"], async () => {
    const refused = (name: string, why: string) =>
      expectFault(daemon().call("startProcess", name), 21, `NOT_EXECUTABLE: ${why}`);
    await refused("noexec", "command at '/etc/passwd' is not executable");
    await refused("isdir", "command at '/tmp' is a directory");
    await refused("badquote", "can't parse command 'echo \"unterminated': No closing quotation");
  });

  spec(
    "is refused while it runs, starts, or waits for its next try",
    ["fault supervisor.startProcess 60"],
    async () => {
      await daemon().call("startProcess", "runs");
      await expectFault(daemon().call("startProcess", "runs"), 60, "ALREADY_STARTED: runs");
      await expectFault(
        daemon().call("startProcess", "runs:runs"),
        60,
        byDesign(kind, "a fault names a process as `group:name`, or `name` when its group is called the same", {
          ours: "ALREADY_STARTED: runs",
          real: "ALREADY_STARTED: runs:runs",
        }),
      );
    },
  );

  spec("fails when it ends too quickly", ["fault supervisor.startProcess 50"], async () => {
    await expectFault(daemon().call("startProcess", "failing"), 50, "SPAWN_ERROR: failing");
    await daemon().until("failing", "BACKOFF");
    await expectFault(daemon().call("startProcess", "failing"), 60, "ALREADY_STARTED: failing");
  });

  spec("fails while it is being stopped", ["fault supervisor.startProcess 40"], async () => {
    await daemon().call("startProcess", "stubborn");
    await daemon().untilFile("stubborn.log", "deaf");
    await daemon().call("stopProcess", "stubborn", false);
    await expectFault(daemon().call("startProcess", "stubborn"), 40, "ABNORMAL_TERMINATION: stubborn");
    const before = await daemon().info("stubborn");
    expect(await daemon().call("startProcess", "stubborn", false)).toBe(true);
    expect(daemon().read("main.log")).toContain("WARN process 'stubborn' already running");
    expect(await daemon().until("stubborn", "STOPPED")).toMatchObject({ start: before.start });
  });
});

onBothDaemons("stopping, signalling and asking", ({ kind, spec }) => {
  const daemon = sharedDaemon(kind, {
    programs: `
[program:stopped]
command=sleep infinity
${MANUAL}
[program:asked]
command=/bin/sh -c "trap 'echo USR1 came' USR1; echo ready; while :; do sleep 0.05; done"
stdout_logfile=$HERE/asked.log
${MANUAL}
[program:ends]
command=sleep infinity
${MANUAL}
[program:later]
command=/bin/sh -c "trap 'sleep 1; exit' TERM; echo ready; while :; do sleep 0.05; done"
stdout_logfile=$HERE/later.log
${MANUAL}
[program:reader]
command=/bin/cat
stdout_logfile=$HERE/reader.log
${MANUAL}
[program:deaf]
command=/bin/sh -c "exec 0<&-; echo closed; exec sleep infinity"
stdout_logfile=$HERE/deaf.log
${MANUAL}
[program:bad]
command=/bin/sh -c "exit 3"
autorestart=false
stderr_logfile=NONE
${MANUAL}
`,
  });

  spec("stop answers when it has stopped", ["rpc supervisor.stopProcess"], async () => {
    await daemon().call("startProcess", "ends");
    expect(await daemon().call("stopProcess", "ends")).toBe(true);
    expect(await daemon().info("ends")).toMatchObject({ statename: "STOPPED", exitstatus: -1, pid: 0 });
  });

  spec("stop answers at once when told not to wait", ["rpc supervisor.stopProcess"], async () => {
    await daemon().call("startProcess", "later");
    await daemon().untilFile("later.log", "ready");
    expect(await daemon().call("stopProcess", "later", false)).toBe(true);
    expect((await daemon().info("later")).statename).toBe("STOPPING");
    expect((await daemon().until("later", "STOPPED")).exitstatus).toBe(0);
  });

  spec(
    "stop is refused for a name that nobody has, and for what does not run",
    ["fault supervisor.stopProcess 10", "fault supervisor.stopProcess 70"],
    async () => {
      await expectFault(daemon().call("stopProcess", "nosuch"), 10, "BAD_NAME: nosuch");
      await expectFault(daemon().call("stopProcess", "stopped"), 70, "NOT_RUNNING: stopped");
    },
  );

  spec("a signal is sent by name or number", ["rpc supervisor.signalProcess"], async () => {
    await daemon().call("startProcess", "asked");
    await daemon().untilFile("asked.log", "ready");
    for (const [index, signal] of ["USR1", "SIGUSR1", "usr1", "10", 10].entries()) {
      expect(await daemon().call("signalProcess", "asked", signal)).toBe(true);
      await daemon().untilFile("asked.log", new RegExp(`(USR1 came\\n){${index + 1}}`));
    }
  });

  spec(
    "a signal is refused for a wrong name, a wrong signal, and what does not run",
    ["fault supervisor.signalProcess 10", "fault supervisor.signalProcess 11", "fault supervisor.signalProcess 70"],
    async () => {
      await expectFault(daemon().call("signalProcess", "nosuch", "HUP"), 10, "BAD_NAME: nosuch");
      await expectFault(daemon().call("signalProcess", "stopped", "HUP"), 70, "NOT_RUNNING: stopped");
      for (const signal of ["FOO", "999", ""]) {
        await expectFault(daemon().call("signalProcess", "stopped", signal), 11, `BAD_SIGNAL: ${signal}`);
      }
    },
  );

  spec("text reaches the standard input", ["rpc supervisor.sendProcessStdin"], async () => {
    await daemon().call("startProcess", "reader");
    expect(await daemon().call("sendProcessStdin", "reader", "grüße\n")).toBe(true);
    await daemon().untilFile("reader.log", "grüße\n");
  });

  spec(
    "text is refused for a wrong name, for what does not run or does not read, and when it is no text",
    [
      "fault supervisor.sendProcessStdin 2",
      "fault supervisor.sendProcessStdin 10",
      "fault supervisor.sendProcessStdin 20",
      "fault supervisor.sendProcessStdin 70",
    ],
    async () => {
      await expectFault(daemon().call("sendProcessStdin", "nosuch", "x"), 10, "BAD_NAME: nosuch");
      await expectFault(daemon().call("sendProcessStdin", "stopped", "x"), 70, "NOT_RUNNING: stopped");
      await expectFault(daemon().call("sendProcessStdin", "stopped", 5), 2, "INCORRECT_PARAMETERS: 5");
      await daemon().call("startProcess", "deaf");
      await daemon().untilFile("deaf.log", "closed");
      await expectFault(daemon().call("sendProcessStdin", "deaf", "x"), 20, "NO_FILE: deaf");
    },
  );

  spec("a process is described", ["rpc supervisor.getProcessInfo", "fault supervisor.getProcessInfo 10"], async () => {
    expect(await daemon().call("getProcessInfo", "stopped")).toEqual({
      name: "stopped",
      group: "stopped",
      start: 0,
      stop: 0,
      now: expect.closeTo(Date.now() / 1000, -1),
      state: 0,
      statename: "STOPPED",
      spawnerr: "",
      exitstatus: 0,
      logfile: expect.stringMatching(/stopped-stdout---supervisor-\w+\.log$/),
      stdout_logfile: expect.stringMatching(/stopped-stdout---supervisor-\w+\.log$/),
      stderr_logfile: expect.stringMatching(/stopped-stderr---supervisor-\w+\.log$/),
      pid: 0,
      description: "Not started",
    });
    await daemon()
      .call("startProcess", "bad")
      .catch(() => undefined);
    expect(await daemon().until("bad", "EXITED")).toMatchObject({
      exitstatus: 3,
      spawnerr: "Bad exit code 3",
      stderr_logfile: "",
      description: expect.stringMatching(/^[A-Z][a-z]{2} \d\d \d\d:\d\d [AP]M$/),
    });
    for (const name of ["nosuch", "stopped:*", "stopped:"]) {
      await expectFault(daemon().call("getProcessInfo", name), 10, `BAD_NAME: ${name}`);
    }
  });
});

onBothDaemons("several processes at once", ({ kind, spec }) => {
  const outcome = (name: string, group: string, [status, description]: readonly [number, string]) => ({
    name,
    group,
    status,
    description,
  });
  const OK = [80, "OK"] as const;
  const GROUP = `
[program:one]
command=sleep infinity
${MANUAL}
[program:two]
command=sleep infinity
${MANUAL}
[program:failing]
command=/bin/false
autostart=false
startretries=0
[program:nofile]
command=/nonexistent/program
autostart=false
[program:noexec]
command=/etc/passwd
autostart=false
[group:g]
programs=one,two,failing,nofile,noexec
`;

  spec(
    "a group is started, signalled and stopped, with an outcome for each",
    [
      "rpc supervisor.startProcessGroup",
      "fault supervisor.startProcessGroup 10",
      "status supervisor.startProcessGroup 20",
      "status supervisor.startProcessGroup 21",
      "status supervisor.startProcessGroup 50",
      "status supervisor.startProcessGroup 80",
      "rpc supervisor.signalProcessGroup",
      "fault supervisor.signalProcessGroup 10",
      "status supervisor.signalProcessGroup 11",
      "status supervisor.signalProcessGroup 80",
      "rpc supervisor.stopProcessGroup",
      "fault supervisor.stopProcessGroup 10",
      "status supervisor.stopProcessGroup 80",
    ],
    async () => {
      await using daemon = await Daemon.start(kind, { programs: GROUP });
      expect(byName(await daemon.call("startProcessGroup", "g"))).toEqual([
        outcome("failing", "g", [50, "SPAWN_ERROR: g:failing"]),
        outcome("noexec", "g", [21, "NOT_EXECUTABLE: command at '/etc/passwd' is not executable"]),
        outcome("nofile", "g", [20, "NO_FILE: can't find command '/nonexistent/program'"]),
        outcome("one", "g", OK),
        outcome("two", "g", OK),
      ]);
      expect(byName(await daemon.call("signalProcess", "g:*", "CONT"))).toEqual([
        outcome("one", "g", OK),
        outcome("two", "g", OK),
      ]);
      expect(byName(await daemon.call("signalProcessGroup", "g", "FOO"))).toEqual([
        outcome("one", "g", [11, "BAD_SIGNAL: FOO"]),
        outcome("two", "g", [11, "BAD_SIGNAL: FOO"]),
      ]);
      expect(byName(await daemon.call("signalProcessGroup", "g", "CONT"))).toHaveLength(2);
      expect(byName(await daemon.call("stopProcess", "g:one"))).toBe(true);
      expect(byName(await daemon.call("stopProcessGroup", "g"))).toEqual([outcome("two", "g", OK)]);
      expect(byName(await daemon.call("startProcess", "g:", false))).toHaveLength(5);
      expect(byName(await daemon.call("stopProcess", "g:*"))).toEqual(
        expect.arrayContaining([outcome("one", "g", OK), outcome("two", "g", OK)]),
      );
      for (const [method, ...more] of [["startProcessGroup"], ["stopProcessGroup"], ["signalProcessGroup", "HUP"]]) {
        await expectFault(daemon.call(method ?? "", "nosuch", ...more), 10, "BAD_NAME: nosuch");
      }
    },
  );

  spec(
    "all are started, signalled and stopped",
    [
      "rpc supervisor.startAllProcesses",
      "status supervisor.startAllProcesses 50",
      "status supervisor.startAllProcesses 80",
      "rpc supervisor.signalAllProcesses",
      "status supervisor.signalAllProcesses 11",
      "status supervisor.signalAllProcesses 80",
      "rpc supervisor.stopAllProcesses",
      "status supervisor.stopAllProcesses 80",
    ],
    async () => {
      await using daemon = await Daemon.start(kind, {
        programs: `
[program:b]
command=sleep infinity
${MANUAL}
[program:a]
command=sleep infinity
${MANUAL}
[program:failing]
command=/bin/false
autostart=false
startretries=0`,
      });
      expect(byName(await daemon.call("startAllProcesses"))).toEqual([
        outcome("a", "a", OK),
        outcome("b", "b", OK),
        outcome("failing", "failing", [50, "SPAWN_ERROR: failing"]),
      ]);
      expect(byName(await daemon.call("signalAllProcesses", "FOO"))).toEqual([
        outcome("a", "a", [11, "BAD_SIGNAL: FOO"]),
        outcome("b", "b", [11, "BAD_SIGNAL: FOO"]),
      ]);
      expect(byName(await daemon.call("signalAllProcesses", "CONT"))).toEqual([
        outcome("a", "a", OK),
        outcome("b", "b", OK),
      ]);
      expect(byName(await daemon.call("stopAllProcesses", true))).toEqual([
        outcome("a", "a", OK),
        outcome("b", "b", OK),
      ]);
      expect(await daemon.call("stopAllProcesses")).toEqual([]);
    },
  );

  spec(
    "all are listed by group and name",
    ["rpc supervisor.getAllProcessInfo", "rpc supervisor.getAllConfigInfo"],
    async () => {
      await using daemon = await Daemon.start(kind, {
        programs: `
[program:zebra]
command=sleep 1
priority=1
${MANUAL}
${GROUP}`,
      });
      const infos = (await daemon.call("getAllProcessInfo")) as readonly { name: string; group: string }[];
      expect(infos.map(({ group, name }) => `${group}:${name}`)).toEqual(
        ["g:failing", "g:nofile", "g:noexec", "g:one", "g:two", "zebra:zebra"].sort(),
      );
      const configs = (await daemon.call("getAllConfigInfo")) as readonly { name: string }[];
      expect(configs.map(({ name }) => name)).toEqual(["failing", "noexec", "nofile", "one", "two", "zebra"]);
      expect(configs.at(-1)).toEqual({
        name: "zebra",
        group: "zebra",
        command: "sleep 1",
        autostart: false,
        directory: "none",
        uid: "none",
        exitcodes: [0],
        group_prio: 1,
        process_prio: 1,
        inuse: true,
        killasgroup: false,
        redirect_stderr: false,
        startretries: 3,
        startsecs: 0,
        stopsignal: 15,
        stopwaitsecs: 10,
        serverurl: "none",
        ...channelOptions("stdout"),
        ...channelOptions("stderr"),
      });
    },
  );
});

onBothDaemons("a process that the daemon may not signal", ({ kind, spec }) => {
  spec(
    "is UNKNOWN after a stop, and cannot be started, stopped or signalled",
    [
      "transition RUNNING -> UNKNOWN: it cannot be signalled",
      "fault supervisor.stopProcess 30",
      "fault supervisor.signalProcess 30",
      "fault supervisor.startProcess 30",
      "option supervisord user",
    ],
    async () => {
      const setup = {
        supervisord: "user=nobody",
        programs: ["signalled", "stopped"].map(outOfReach).join(""),
      };
      await using daemon = new Daemon(kind, setup);
      writeRootMaker(daemon);
      await daemon.start();
      const pids = [await rootOf(daemon, "signalled"), await rootOf(daemon, "stopped")];
      try {
        await expectFault(
          daemon.call("signalProcess", "signalled", "HUP"),
          30,
          /^FAILED: unknown problem sending sig signalled /,
        );
        const left = byDesign(kind, "a signal that cannot be sent changes no state", {
          ours: "RUNNING",
          real: "UNKNOWN",
        });
        expect(await daemon.info("signalled")).toMatchObject({ statename: left });

        await expectFault(daemon.call("stopProcess", "stopped"), 30, /^FAILED: unknown problem killing stopped /);
        await daemon.until("stopped", "UNKNOWN");
        await expectFault(daemon.call("startProcess", "stopped"), 30, "FAILED: stopped is in an unknown process state");
        await expectFault(daemon.call("stopProcess", "stopped"), 70, "NOT_RUNNING: stopped");
        await expectFault(daemon.call("signalProcess", "stopped", "HUP"), 70, "NOT_RUNNING: stopped");
      } finally {
        for (const pid of pids) process.kill(pid, "SIGKILL");
      }
    },
  );
});

function channelOptions(name: "stdout" | "stderr"): Readonly<Record<string, unknown>> {
  return {
    [`${name}_logfile`]: expect.stringContaining(`/zebra-${name}---supervisor-`),
    [`${name}_logfile_maxbytes`]: 50 * 1024 * 1024,
    [`${name}_logfile_backups`]: 10,
    [`${name}_capture_maxbytes`]: 0,
    [`${name}_events_enabled`]: false,
    [`${name}_syslog`]: false,
  };
}

/** Outcomes come in the order in which they are known. */
function byName(answer: unknown): unknown {
  if (!Array.isArray(answer)) return answer;
  return [...(answer as readonly { name: string }[])].sort((one, other) => (one.name < other.name ? -1 : 1));
}
