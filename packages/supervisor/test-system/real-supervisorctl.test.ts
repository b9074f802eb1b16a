/** Debian's supervisorctl against our supervisord: the words it prints and the status it exits with. */
import { execFile } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { SupervisedFolder } from "../test/daemon/gateway.ts";

const SUPERVISORCTL = "/usr/bin/supervisorctl";

const PROGRAMS = `[program:cat]
command=/bin/cat
stdout_logfile=$HERE/cat.log

[program:hello]
command=/bin/sh -c "echo hello; exec sleep 1000"
startsecs=0
stdout_logfile=$HERE/hello.log

[program:manual]
command=sleep 1000
autostart=false

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

interface Answer {
  readonly printed: string;
  readonly status: number;
}

describe("the real supervisorctl", () => {
  beforeAll(() => {
    // Missing is a failure here, not a reason to skip: apt-get install supervisor.
    accessSync(SUPERVISORCTL, constants.X_OK);
  });

  test("finds every action answered as by the original", { timeout: 120_000 }, async () => {
    const folder = new SupervisedFolder(PROGRAMS);
    const ctl = (...words: string[]) => run(folder, words);
    try {
      const daemon = await folder.start();
      await folder.until("cat", "RUNNING");
      await folder.until("hello", "RUNNING");

      const status = await ctl("status");
      expect(status.status).toBe(3);
      expect(status.printed).toMatch(/^cat {30}RUNNING {3}pid \d+, uptime 0:00:\d\d$/m);
      expect(status.printed).toMatch(/^manual {27}STOPPED {3}Not started$/m);
      expect(status.printed).toMatch(/^multi:multi_01 {19}RUNNING {3}pid \d+, uptime 0:00:\d\d$/m);
      expect(await ctl("status", "nosuch")).toEqual({ printed: "nosuch: ERROR (no such process)\n", status: 4 });

      expect(await ctl("start", "manual")).toEqual({ printed: "manual: started\n", status: 0 });
      expect(await ctl("start", "manual")).toEqual({ printed: "manual: ERROR (already started)\n", status: 0 });
      expect(await ctl("start", "quick")).toEqual({ printed: "quick: ERROR (spawn error)\n", status: 7 });
      expect(await ctl("start", "nofile")).toEqual({ printed: "nofile: ERROR (no such file)\n", status: 1 });
      expect(await ctl("start", "noexec")).toEqual({ printed: "noexec: ERROR (file is not executable)\n", status: 1 });
      expect(await ctl("stop", "manual")).toEqual({ printed: "manual: stopped\n", status: 0 });
      expect(await ctl("stop", "manual")).toEqual({ printed: "manual: ERROR (not running)\n", status: 0 });
      const restarted = await ctl("restart", "multi:*");
      expect(sorted(restarted.printed)).toEqual([
        "multi:multi_00: started",
        "multi:multi_00: stopped",
        "multi:multi_01: started",
        "multi:multi_01: stopped",
      ]);
      expect(await ctl("signal", "USR9", "cat")).toEqual({ printed: "cat: ERROR (bad signal name)\n", status: 1 });
      expect(await ctl("signal", "CONT", "cat")).toEqual({ printed: "cat: signalled\n", status: 0 });

      expect((await ctl("pid")).printed).toBe(`${daemon.pid}\n`);
      expect((await ctl("pid", "cat")).printed).toBe(`${(await folder.info("cat")).pid}\n`);
      expect(await ctl("pid", "manual")).toEqual({ printed: "0\n", status: 7 });
      expect((await ctl("avail")).printed).toContain("multi:multi_00                   in use    auto      5:5\n");
      expect((await ctl("tail", "hello")).printed).toBe("hello\n\n");
      expect((await ctl("tail", "-3", "hello")).printed).toBe("lo\n\n");
      expect(await ctl("tail", "nosuch")).toEqual({ printed: "nosuch: ERROR (no such process name)\n", status: 1 });
      expect(await ctl("clear", "hello")).toEqual({ printed: "hello: cleared\n", status: 0 });
      expect((await ctl("tail", "hello")).printed).toBe("\n");
      expect((await ctl("maintail")).printed).toContain("stopped: manual (terminated by SIGTERM)");

      expect(await ctl("reread")).toEqual({ printed: "No config updates to processes\n", status: 0 });
      folder.configure(
        `${PROGRAMS.replace("priority=5", "priority=6")}\n[program:late]\ncommand=sleep 1000\nstartsecs=0\n`,
      );
      expect(sorted((await ctl("reread")).printed)).toEqual(["late: available", "multi: changed"]);
      expect(sorted((await ctl("update")).printed)).toEqual([
        "late: added process group",
        "multi: stopped",
        "multi: updated process group",
      ]);
      folder.configure("[program:broken]\n");
      const refused = await ctl("reread");
      expect(refused.status).toBe(1);
      expect(refused.printed).toContain("CANT_REREAD");
      expect((await ctl("status", "cat")).status).toBe(0);

      expect(await ctl("shutdown")).toEqual({ printed: "Shut down\n", status: 0 });
      while (daemon.exitCode === null) await new Promise((resolve) => daemon.once("exit", resolve));
      expect((await ctl("status")).status).toBe(4);
    } finally {
      await folder.stop();
    }
  });
});

function run(folder: SupervisedFolder, words: readonly string[]): Promise<Answer> {
  return new Promise((resolve) => {
    const child = execFile(SUPERVISORCTL, ["-c", folder.file("s.conf"), ...words], (_error, out, err) =>
      resolve({ printed: `${out}${err}`, status: child.exitCode ?? -1 }),
    );
  });
}

function sorted(text: string): readonly string[] {
  return text.trimEnd().split("\n").sort();
}
