/** What keeps the daemon from starting, the signals that it takes, and its end. */
import { existsSync, renameSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { expect } from "vitest";
import { isAlive } from "../../test/daemon/gateway.ts";
import { outOfReach, rootOf, writeRootMaker } from "./as-root.ts";
import { Daemon, type DaemonSetup } from "./daemon.ts";
import { byDesign } from "./differences.ts";
import { onBothDaemons, refusal } from "./suite.ts";

const SLEEPER = "[program:sleeper]\ncommand=sleep infinity\nstartsecs=0\n";

onBothDaemons("the daemon does not start", ({ kind, spec }) => {
  const refused = (setup: DaemonSetup, prepare?: (daemon: Daemon) => void) => refusal(kind, setup, prepare);

  spec("without its configuration file", ["start-up no such configuration file"], async () => {
    const text = await refused({}, (daemon) => rmSync(daemon.file("s.conf")));
    expect(text).toMatch(/could not find config file \S*\/s\.conf/);
  });

  spec("without a [supervisord] section", ["start-up no [supervisord] section"], async () => {
    const text = await refused({}, (daemon) => daemon.write("s.conf", "[unix_http_server]\nfile=$HERE/s.sock\n"));
    expect(text).toContain(".ini file does not include supervisord section");
  });

  spec("with a value that is not valid", ["start-up a value that is not valid"], async () => {
    const wrong = (program: string) => refused({ programs: `[program:x]\ncommand=cat\n${program}\n` });
    expect(await wrong("autorestart=maybe")).toContain("invalid 'autorestart' value 'maybe'");
    expect(await wrong("numprocs=many")).toContain(
      byDesign(kind, "what is no number is named in plain words", {
        ours: "a whole number is expected, not 'many'",
        real: "invalid literal for int() with base 10: 'many'",
      }),
    );
    expect(await wrong("stopsignal=NOSUCH")).toContain("value 'NOSUCH' is not a valid signal name");
    expect(await wrong("user=nosuchuser")).toContain("Invalid user name nosuchuser");
    expect(await wrong("stdout_logfile=/nonexistent/x.log")).toContain(
      "The directory named as part of the path /nonexistent/x.log does not exist",
    );
    expect(await wrong("stopasgroup=true\nkillasgroup=false")).toContain(
      "Cannot set stopasgroup=true and killasgroup=false",
    );
    expect(await wrong("umask=9")).toContain("9 can not be converted to an octal type");
    expect(await wrong("exitcodes=256")).toContain("not a valid list of exit codes");
  });

  spec("beside another one on the same socket", ["start-up another daemon on the same socket"], async () => {
    await using first = await Daemon.start(kind, {});
    const { status, stderr } = await first.launchAnother().ended;
    expect(status).toBe(2);
    expect(stderr).toContain(
      "Another program is already listening on a port that one of our HTTP servers is configured to use.",
    );
    expect(await first.call("getState")).toMatchObject({ statename: "RUNNING" });
  });

  spec("as a user that it cannot become", ["start-up a user that cannot be become"], async () => {
    const through = ["/usr/bin/setpriv", "--reuid", "nobody", "--clear-groups"];
    expect(await refused({ supervisord: "user=root", through })).toContain("Can't drop privilege as nonroot user");
  });
});

onBothDaemons("the daemon starts", ({ kind, spec }) => {
  spec("in the place of a socket that nobody listens at", ["start-up a stale socket"], async () => {
    await using daemon = new Daemon(kind);
    await leaveStaleSocket(daemon.socket);
    await daemon.start();
    expect(await daemon.call("getState")).toMatchObject({ statename: "RUNNING" });
  });
});

onBothDaemons("a signal to the daemon", ({ kind, spec }) => {
  for (const name of ["TERM", "INT", "QUIT"] as const) {
    spec(`${name} ends it in good order`, [`signal ${name}`, "shutdown socket and pidfile removed"], async () => {
      await using daemon = await Daemon.start(kind, { programs: SLEEPER });
      const { pid } = await daemon.until("sleeper", "RUNNING");
      expect(daemon.read("s.pid")).toBe(`${daemon.pid}\n`);
      daemon.signal(`SIG${name}`);
      expect((await daemon.ended()).status).toBe(0);
      expect(isAlive(pid)).toBe(false);
      expect([existsSync(daemon.socket), existsSync(daemon.file("s.pid"))]).toEqual([false, false]);
      expect(daemon.read("main.log")).toContain(`WARN received SIG${name} indicating exit request`);
    });
  }

  spec("HUP begins again in the same process", ["signal HUP"], async () => {
    await using daemon = await Daemon.start(kind, { programs: SLEEPER });
    const { pid } = await daemon.until("sleeper", "RUNNING");
    daemon.configure(SLEEPER.replace(":sleeper", ":other"));
    daemon.signal("SIGHUP");
    await daemon.eventually("the other program", async () => {
      const info = await daemon.info("other").catch(() => undefined);
      return info?.statename === "RUNNING";
    });
    expect(isAlive(pid)).toBe(false);
    expect(await daemon.call("getPID")).toBe(daemon.pid);
    expect(daemon.read("main.log")).toContain("WARN received SIGHUP indicating restart request");
  });

  spec("USR2 opens its logs again", ["signal USR2"], async () => {
    await using daemon = await Daemon.start(kind, {
      programs: "[program:cat]\ncommand=/bin/cat\nstdout_logfile=$HERE/cat.log\nstartsecs=0\n",
    });
    await daemon.until("cat", "RUNNING");
    await daemon.call("sendProcessStdin", "cat", "first\n");
    await daemon.untilFile("cat.log", "first\n");
    renameSync(daemon.file("cat.log"), daemon.file("cat.log.aside"));
    renameSync(daemon.file("main.log"), daemon.file("main.log.aside"));
    daemon.signal("SIGUSR2");
    await daemon.eventually(
      "new logs",
      () => existsSync(daemon.file("main.log")) && existsSync(daemon.file("cat.log")),
    );
    await daemon.call("sendProcessStdin", "cat", "second\n");
    expect(await daemon.untilFile("cat.log", "second\n")).toBe("second\n");
    expect(daemon.read("cat.log.aside")).toBe("first\n");
  });

  spec("CHLD changes nothing", ["signal CHLD"], async () => {
    await using daemon = await Daemon.start(kind, { programs: SLEEPER });
    const before = await daemon.until("sleeper", "RUNNING");
    daemon.signal("SIGCHLD");
    daemon.write("conf.d/programs.conf", SLEEPER);
    expect(await daemon.call("reloadConfig")).toEqual([[[], [], []]]);
    expect((await daemon.info("sleeper")).pid).toBe(before.pid);
  });
});

onBothDaemons("the end of the daemon", ({ kind, spec }) => {
  spec(
    "stops group after group, the highest priority last, and starts nothing again",
    ["shutdown groups in descending order of priority", "shutdown no restart any more", "option group priority"],
    async () => {
      const slow = (name: string) =>
        `[program:${name}]\ncommand=/bin/sh -c "trap 'sleep 0.3; exit 3' TERM; echo ready; while :; do sleep 0.05; done"\nstdout_logfile=$HERE/${name}.log\nstartsecs=0\nautorestart=true\n`;
      await using daemon = await Daemon.start(kind, {
        programs: `${slow("one")}${slow("two")}${slow("three")}
[group:first]
programs=one
priority=1
[group:last]
programs=three
priority=30
[group:middle]
programs=two
priority=20
`,
      });
      for (const name of ["one", "two", "three"]) await daemon.untilFile(`${name}.log`, "ready");
      daemon.signal("SIGTERM");
      expect((await daemon.ended()).status).toBe(0);
      const log = daemon.read("main.log");
      const ends = [...log.matchAll(/stopped: (\w+) \(/g)].map(([, name]) => name);
      expect(ends).toEqual(["three", "two", "one"]);
      expect(log.match(/spawned: /g)).toHaveLength(3);
    },
  );

  spec("does not wait for a process that it cannot end", [], async () => {
    await using daemon = new Daemon(kind, { supervisord: "user=nobody", programs: outOfReach("root") });
    writeRootMaker(daemon);
    await daemon.start();
    const pid = await rootOf(daemon, "root");
    daemon.signal("SIGTERM");
    expect((await daemon.ended()).status).toBe(0);
    expect(isAlive(pid)).toBe(true);
    expect(daemon.read("main.log")).toContain(`CRIT unknown problem killing root (${pid})`);
  });
});

function leaveStaleSocket(path: string): Promise<void> {
  const aside = `${path}.aside`;
  return new Promise((done) => {
    const server = createServer().listen(aside, () => {
      // Closing removes the name it was opened with, not the one it has now.
      renameSync(aside, path);
      server.close(() => done());
    });
  });
}
