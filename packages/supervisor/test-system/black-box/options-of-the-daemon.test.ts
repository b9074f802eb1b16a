/** Every option of [supervisord], and the command line over it. */
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { expect } from "vitest";
import { Daemon } from "./daemon.ts";
import { byDesign } from "./differences.ts";
import { onBothDaemons } from "./suite.ts";

const ECHO = `[program:echo]
command=/bin/sh -c "printf '\\033[31mred\\033[0m\\n'; echo $GREETING; exec sleep infinity"
startsecs=0
`;

/** Tells what it has inherited. */
const HEIR = `[program:heir]
command=/bin/sh -c "(umask; pwd) > $HERE/heir.tmp; mv $HERE/heir.tmp $HERE/heir.out; exec sleep infinity"
startsecs=0
`;

onBothDaemons("[supervisord]", ({ kind, spec }) => {
  spec(
    "names files, folders, itself and what every program gets",
    [
      "option supervisord logfile",
      "option supervisord loglevel",
      "option supervisord pidfile",
      "option supervisord childlogdir",
      "option supervisord identifier",
      "option supervisord environment",
      "option supervisord strip_ansi",
      "option supervisord nodaemon",
      "option supervisord silent",
      "logs strip_ansi: without colours",
    ],
    async () => {
      await using daemon = new Daemon(kind, {
        supervisord: `logfile=$HERE/other.log
loglevel=debug
pidfile=$HERE/other.pid
childlogdir=$HERE/child
identifier=other
environment=GREETING="good day"
strip_ansi=true
nodaemon=true
silent=true`,
        programs: ECHO,
      });
      mkdirSync(daemon.file("child"));
      const program = daemon.launch();
      await daemon.untilFile("other.log", /DEBG 'echo' stdout output:\n.*red/);
      expect(daemon.read("other.pid")).toBe(`${program.pid}\n`);
      expect(await daemon.call("getIdentification")).toBe("other");
      const { stdout_logfile } = await daemon.until("echo", "RUNNING");
      expect(stdout_logfile).toMatch(/\/child\/echo-stdout---other-\w+\.log$/);
      await daemon.eventually("the greeting", () => readFileSync(stdout_logfile, "utf8").includes("good day"));
      expect(readFileSync(stdout_logfile, "utf8")).toBe("red\ngood day\n");
      expect((await program.end("SIGTERM")).stdout).toBe("");
    },
  );

  spec(
    "limits its own log",
    ["option supervisord logfile_maxbytes", "option supervisord logfile_backups", "logs the daemon's own log rotates"],
    async () => {
      await using daemon = await Daemon.start(kind, {
        supervisord: "logfile_maxbytes=500\nlogfile_backups=2\nloglevel=debug",
      });
      daemon.write("conf.d/more.conf", "[program:x]\ncommand=cat\nautostart=false\n");
      for (let count = 0; count < 8; count += 1) {
        await daemon.call("reloadConfig");
        await daemon.call("addProcessGroup", "x").catch(() => undefined);
        await daemon.call("startProcess", "x", false).catch(() => undefined);
        await daemon.call("stopProcess", "x").catch(() => undefined);
      }
      const logs = readdirSync(daemon.folder).filter((name) => name.startsWith("main.log"));
      expect(logs.sort()).toEqual(["main.log", "main.log.1", "main.log.2"]);
      for (const name of ["main.log.1", "main.log.2"]) expect(daemon.read(name).length).toBeGreaterThanOrEqual(500);
    },
  );

  spec(
    "umask and directory hold in the background",
    ["option supervisord umask", "option supervisord directory", "start-up into the background"],
    async () => {
      await using daemon = new Daemon(kind, { supervisord: "umask=027\ndirectory=/usr/lib", programs: HEIR });
      expect((await daemon.launch().ended).status).toBe(0);
      expect(await daemon.untilFile("heir.out", "/")).toBe("0027\n/usr/lib\n");
      expect(await daemon.call("getPID")).toBe(Number(daemon.read("s.pid")));
      expect((await daemon.ctl("shutdown")).printed).toBe("Shut down\n");
      await daemon.eventually("no pidfile", () => daemon.read("s.pid") === "");
    },
  );

  spec(
    "nocleanup keeps the AUTO logs of earlier runs",
    ["option supervisord nocleanup", "logs AUTO: cleaned up at the next start"],
    async () => {
      const auto = "old-stdout---supervisor-abc123.log";
      for (const [option, isKept] of [
        ["", false],
        ["nocleanup=true", true],
      ] as const) {
        await using daemon = new Daemon(kind, { supervisord: option });
        for (const name of [auto, `${auto}.1`, "old-stdout---other-abc123.log"])
          daemon.write(name, "from an earlier run");
        await daemon.start();
        expect(existsSync(daemon.file(auto))).toBe(isKept);
        expect(existsSync(daemon.file(`${auto}.1`))).toBe(isKept);
        expect(existsSync(daemon.file("old-stdout---other-abc123.log"))).toBe(true);
      }
    },
  );
});

onBothDaemons("the command line", ({ kind, spec }) => {
  spec(
    "counts more than the file",
    [
      "command line -c",
      "command line -n",
      "command line -l",
      "command line -y",
      "command line -z",
      "command line -e",
      "command line -j",
      "command line -i",
      "command line -q",
      "command line -t",
      "command line -s",
    ],
    async () => {
      const args = "-l other.log -y 500 -z 1 -e debug -j other.pid -i other -q child -t -s".split(" ");
      await using daemon = new Daemon(kind, {
        supervisord: 'identifier=file\nloglevel=warn\nlogfile_backups=5\nenvironment=GREETING="good day"',
        programs: ECHO,
        args,
      });
      mkdirSync(daemon.file("child"));
      const program = daemon.launch(["-n"]);
      await daemon.eventually("the program", () =>
        ["other.log", "other.log.1"].some((name) => daemon.read(name).includes("spawned: 'echo'")),
      );
      expect(daemon.read("other.pid")).toBe(`${program.pid}\n`);
      expect(await daemon.call("getIdentification")).toBe("other");
      const { stdout_logfile } = await daemon.until("echo", "RUNNING");
      expect(stdout_logfile).toMatch(/\/child\/echo-stdout---other-\w+\.log$/);
      await daemon.eventually("the greeting", () => readFileSync(stdout_logfile, "utf8") === "red\ngood day\n");
      expect((await program.end("SIGTERM")).stdout).toBe("");
      expect(existsSync(daemon.file("other.log.1"))).toBe(true);
      expect(existsSync(daemon.file("other.log.2"))).toBe(false);
      expect(existsSync(daemon.file("main.log"))).toBe(false);
    },
  );

  spec(
    "sets user, umask and directory, and keeps old logs",
    ["command line -u", "command line -m", "command line -d", "command line -k"],
    async () => {
      const args = "-u nobody -m 027 -d /usr/lib -k".split(" ");
      const old = "old-stdout---supervisor-abc123.log";
      await using daemon = new Daemon(kind, { programs: HEIR, args });
      daemon.write(old, "from an earlier run");
      expect((await daemon.launch().ended).status).toBe(0);
      expect(await daemon.untilFile("heir.out", "/")).toBe("0027\n/usr/lib\n");
      const pid = Number(await daemon.call("getPID"));
      expect(readFileSync(`/proc/${pid}/status`, "utf8")).toMatch(/^Uid:\s+65534\s+65534/m);
      expect(existsSync(daemon.file(old))).toBe(true);
    },
  );

  spec("tells about itself", ["command line -h", "command line -v"], async () => {
    await using daemon = new Daemon(kind);
    const help = await daemon.launch(["-h"]).ended;
    expect(help.status).toBe(0);
    expect(help.stdout).toMatch(/^-c\/--configuration[\s\S]*^-n\/--nodaemon/m);
    const version = await daemon.launch(["-v"]).ended;
    expect(version).toMatchObject({
      status: 0,
      stdout: byDesign(kind, "`supervisord -v` prints Gateway Engine's version", {
        ours: expect.stringMatching(/^2\.\d+\.\d+\n$/) as string,
        real: "4.2.5\n",
      }),
    });
    expect((await daemon.launch(["--nosuch"]).ended).status).toBe(2);
  });
});
