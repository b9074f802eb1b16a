/** The real supervisorctl at both daemons: what it prints, and the status it ends with. */
import { spawn } from "node:child_process";
import { expect } from "vitest";
import { Daemon } from "./daemon.ts";
import { REAL_SUPERVISORCTL } from "./kinds.ts";
import { onBothDaemons, sharedDaemon } from "./suite.ts";

const PROGRAMS = `[program:cat]
command=/bin/cat
[program:hello]
command=/bin/sh -c "echo hello; exec sleep 1000"
startsecs=0
[program:manual]
command=sleep 1000
autostart=false
startsecs=0
[program:quick]
command=/bin/false
startretries=0
autostart=false
[program:nofile]
command=/nonexistent/prog
autostart=false
[program:noexec]
command=/etc/passwd
autostart=false
[program:multi]
command=sleep 1000
process_name=%(program_name)s_%(process_num)02d
numprocs=2
startsecs=0
priority=5
`;

onBothDaemons("supervisorctl", ({ kind, spec }) => {
  const daemon = sharedDaemon(kind, { programs: PROGRAMS });
  const ctl = (command: string) => daemon().ctl(...command.split(" "));

  spec("status", ["supervisorctl status"], async () => {
    await daemon().until("cat", "RUNNING");
    const { printed, status } = await ctl("status");
    expect(status).toBe(3);
    expect(printed).toMatch(/^cat {30}RUNNING {3}pid \d+, uptime 0:00:\d\d$/m);
    expect(printed).toMatch(/^nofile {27}STOPPED {3}Not started$/m);
    expect(await ctl("status nosuch")).toEqual({ printed: "nosuch: ERROR (no such process)\n", status: 4 });
  });

  spec("start, stop and restart", ["supervisorctl start", "supervisorctl stop", "supervisorctl restart"], async () => {
    expect(await ctl("start manual")).toEqual({ printed: "manual: started\n", status: 0 });
    expect(await ctl("start manual")).toEqual({ printed: "manual: ERROR (already started)\n", status: 0 });
    expect(await ctl("start quick")).toEqual({ printed: "quick: ERROR (spawn error)\n", status: 7 });
    expect(await ctl("start nofile")).toEqual({ printed: "nofile: ERROR (no such file)\n", status: 1 });
    expect(await ctl("start noexec")).toEqual({ printed: "noexec: ERROR (file is not executable)\n", status: 1 });
    expect(await ctl("restart manual")).toEqual({ printed: "manual: stopped\nmanual: started\n", status: 0 });
    expect(await ctl("stop manual")).toEqual({ printed: "manual: stopped\n", status: 0 });
    expect(await ctl("stop manual")).toEqual({ printed: "manual: ERROR (not running)\n", status: 0 });
  });

  spec("signal", ["supervisorctl signal"], async () => {
    await daemon().until("cat", "RUNNING");
    expect(await ctl("signal USR9 cat")).toEqual({ printed: "cat: ERROR (bad signal name)\n", status: 1 });
    expect(await ctl("signal CONT cat")).toEqual({ printed: "cat: signalled\n", status: 0 });
    expect(await ctl("signal CONT nofile")).toEqual({ printed: "nofile: ERROR (not running)\n", status: 7 });
  });

  spec("pid, avail and version", ["supervisorctl pid", "supervisorctl avail", "supervisorctl version"], async () => {
    const { pid } = await daemon().until("cat", "RUNNING");
    expect(await ctl("pid")).toEqual({ printed: `${daemon().pid}\n`, status: 0 });
    expect(await ctl("pid cat")).toEqual({ printed: `${pid}\n`, status: 0 });
    expect(await ctl("pid nofile")).toEqual({ printed: "0\n", status: 7 });
    expect((await ctl("avail")).printed).toContain("multi:multi_00                   in use    auto      5:5\n");
    expect(await ctl("version")).toEqual({ printed: "4.2.5\n", status: 0 });
  });

  spec(
    "tail, maintail and clear",
    ["supervisorctl tail", "supervisorctl tail -f", "supervisorctl maintail", "supervisorctl clear"],
    async () => {
      await daemon().until("hello", "RUNNING");
      await daemon().eventually("hello", async () => (await ctl("tail hello")).printed === "hello\n\n");
      expect((await ctl("tail -3 hello")).printed).toBe("lo\n\n");
      expect(await follow(daemon(), ["tail", "-f", "hello"], "hello\n")).toBe("==> Press Ctrl-C to exit <==\nhello\n");
      expect((await ctl("maintail")).printed).toContain("success: hello entered RUNNING state");
      expect(await ctl("clear hello")).toEqual({ printed: "hello: cleared\n", status: 0 });
      expect((await ctl("tail hello")).printed).toBe("\n");
      expect(await ctl("tail nosuch")).toEqual({ printed: "nosuch: ERROR (no such process name)\n", status: 1 });
    },
  );

  spec("fg", ["supervisorctl fg"], async () => {
    await daemon().until("cat", "RUNNING");
    expect(await follow(daemon(), ["fg", "cat"], "typed\n", "typed\n")).toContain("typed\n");
  });

  spec("help", ["supervisorctl help"], async () => {
    expect((await ctl("help")).printed).toContain("default commands (type help <topic>):");
    expect(await ctl("nosuch")).toMatchObject({ status: 1 });
  });
});

onBothDaemons("supervisorctl at a changed configuration", ({ kind, spec }) => {
  spec(
    "reread, add, remove, update, reload and shutdown",
    ["supervisorctl add", "supervisorctl remove", "supervisorctl reload", "supervisorctl shutdown"],
    async () => {
      await using daemon = await Daemon.start(kind, { programs: PROGRAMS });
      const ctl = (command: string) => daemon.ctl(...command.split(" "));
      await daemon.until("hello", "RUNNING");
      expect(await ctl("reread")).toEqual({ printed: "No config updates to processes\n", status: 0 });
      daemon.configure(`${PROGRAMS}[program:late]\ncommand=sleep 1000\nstartsecs=0\n`);
      expect(await ctl("reread")).toEqual({ printed: "late: available\n", status: 0 });
      expect(await ctl("add late")).toEqual({ printed: "late: added process group\n", status: 0 });
      await daemon.until("late", "RUNNING");
      expect(await ctl("remove late")).toEqual({ printed: "ERROR: process/group still running: late\n", status: 1 });
      await ctl("stop late");
      expect(await ctl("remove late")).toEqual({ printed: "late: removed process group\n", status: 0 });
      expect(await ctl("reload")).toEqual({ printed: "Restarted supervisord\n", status: 0 });
      await daemon.eventually("the next life", async () => {
        const info = await daemon.info("late").catch(() => undefined);
        return info?.statename === "RUNNING";
      });
      expect(await ctl("shutdown")).toEqual({ printed: "Shut down\n", status: 0 });
      expect((await daemon.ended()).status).toBe(0);
      expect((await ctl("status")).status).toBe(4);
    },
  );
});

onBothDaemons("[supervisorctl]", ({ kind, spec }) => {
  spec(
    "says where the daemon is, and who asks",
    [
      "option supervisorctl serverurl",
      "option supervisorctl username",
      "option supervisorctl password",
      "option supervisorctl prompt",
      "option supervisorctl history_file",
    ],
    async () => {
      await using daemon = await Daemon.start(kind, {
        server: "username=anna\npassword=sesame",
        programs: "[program:x]\ncommand=cat\nautostart=false\n",
        sections: "[supervisorctl]\nusername=anna\npassword=sesame\nprompt=mine\nhistory_file=$HERE/history\n",
      });
      expect(await daemon.ctl("pid")).toEqual({ printed: `${daemon.pid}\n`, status: 0 });
      const shell = await follow(daemon, [], "mine> ", "pid\nquit\n");
      expect(shell).toContain("mine> ");
      daemon.write("s.conf", daemon.read("s.conf").replace("password=sesame\nprompt", "password=wrong\nprompt"));
      const refused = await daemon.ctl("pid");
      expect(refused.status).toBe(1);
      expect(refused.printed).toContain("Server requires authentication");
      daemon.write("s.conf", daemon.read("s.conf").replace(/serverurl=.*/, "serverurl=unix:///nonexistent.sock"));
      expect((await daemon.ctl("pid")).status).toBe(7);
    },
  );
});

/** What a command that does not end by itself prints, until it has printed `text`. */
async function follow(daemon: Daemon, words: readonly string[], text: string, input = ""): Promise<string> {
  const child = spawn(REAL_SUPERVISORCTL, ["-c", daemon.file("s.conf"), ...words], {
    stdio: ["pipe", "pipe", "ignore"],
  });
  const limit = setTimeout(() => child.kill("SIGKILL"), 20_000);
  child.stdin.write(input);
  let printed = "";
  for await (const part of child.stdout) {
    printed += String(part);
    if (printed.includes(text)) break;
  }
  clearTimeout(limit);
  child.kill("SIGINT");
  return printed;
}
