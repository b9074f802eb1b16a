/** The remote methods that read and empty logs. */
import { mkdirSync, rmSync } from "node:fs";
import { expect } from "vitest";
import { Daemon } from "./daemon.ts";
import { byDesign } from "./differences.ts";
import { expectFault, onBothDaemons, sharedDaemon } from "./suite.ts";

const PROGRAMS = `
[program:writer]
command=/bin/sh -c "echo 0123456789; echo abcdefghij >&2; exec sleep infinity"
startsecs=0
stdout_logfile=$HERE/out.log
stderr_logfile=$HERE/err.log
[program:silent]
command=sleep infinity
startsecs=0
stdout_logfile=NONE
stderr_logfile=NONE
[program:broken]
command=sleep infinity
startsecs=0
stdout_logfile=$HERE/broken-out.log
stderr_logfile=$HERE/broken-err.log
`;

const READERS = [
  { method: "readProcessLog", file: "out.log", text: "0123456789\n" },
  { method: "readProcessStdoutLog", file: "out.log", text: "0123456789\n" },
  { method: "readProcessStderrLog", file: "err.log", text: "abcdefghij\n" },
] as const;

const TAILERS = [
  { method: "tailProcessLog", file: "out.log", text: "0123456789\n" },
  { method: "tailProcessStdoutLog", file: "out.log", text: "0123456789\n" },
  { method: "tailProcessStderrLog", file: "err.log", text: "abcdefghij\n" },
] as const;

/** In the place of a log: it exists, and cannot be read or removed as a file. */
function replaceByFolder(path: string): void {
  rmSync(path);
  mkdirSync(path);
}

onBothDaemons("reading logs", ({ kind, spec }) => {
  const daemon = sharedDaemon(kind, { programs: PROGRAMS });

  for (const { method, file, text } of READERS) {
    spec(
      `${method} answers a part of the log`,
      [
        `rpc supervisor.${method}`,
        `fault supervisor.${method} 3`,
        `fault supervisor.${method} 10`,
        `fault supervisor.${method} 20`,
      ],
      async () => {
        await daemon().untilFile(file, text);
        const read = (offset: number, length: number) => daemon().call(method, "writer", offset, length);
        expect(await read(0, 0)).toBe(text);
        expect(await read(2, 3)).toBe(text.slice(2, 5));
        expect(await read(2, 0)).toBe(text.slice(2));
        expect(await read(-4, 0)).toBe(text.slice(-4));
        expect(await read(-100, 0)).toBe(text);
        expect(await read(100, 5)).toBe("");
        await expectFault(read(-4, 2), 3, "BAD_ARGUMENTS");
        await expectFault(read(0, -1), 3, "BAD_ARGUMENTS");
        await expectFault(daemon().call(method, "nosuch", 0, 0), 10, "BAD_NAME: nosuch");
        await expectFault(daemon().call(method, "writer:*", 0, 0), 10, "BAD_NAME: writer:*");
        await expectFault(daemon().call(method, "silent", 0, 0), 20, /^NO_FILE/);
      },
    );
  }

  for (const { method, file, text } of TAILERS) {
    spec(
      `${method} answers the end of the log, its size, and whether more was left out`,
      [`rpc supervisor.${method}`, `fault supervisor.${method} 10`],
      async () => {
        await daemon().untilFile(file, text);
        const tail = (offset: number, length: number) => daemon().call(method, "writer", offset, length);
        expect(await tail(0, 4)).toEqual([text.slice(-4), 11, true]);
        expect(await tail(0, 100)).toEqual([text, 11, false]);
        expect(await tail(8, 3)).toEqual([text.slice(-3), 11, false]);
        expect(await tail(11, 10)).toEqual(["", 11, false]);
        expect(await daemon().call(method, "silent", 0, 4)).toEqual(["", 0, false]);
        await expectFault(daemon().call(method, "nosuch", 0, 4), 10, "BAD_NAME: nosuch");
      },
    );
  }

  spec(
    "a log that cannot be read is a fault",
    READERS.map(({ method }) => `fault supervisor.${method} 30` as const),
    async () => {
      await daemon().until("broken", "RUNNING");
      replaceByFolder(daemon().file("broken-out.log"));
      replaceByFolder(daemon().file("broken-err.log"));
      for (const { method } of READERS) await expectFault(daemon().call(method, "broken", 0, 0), 30, /^FAILED/);
    },
  );
});

onBothDaemons("emptying logs", ({ kind, spec }) => {
  spec(
    "of one process and of all",
    [
      "rpc supervisor.clearProcessLog",
      "rpc supervisor.clearProcessLogs",
      "rpc supervisor.clearAllProcessLogs",
      "fault supervisor.clearProcessLog 10",
      "fault supervisor.clearProcessLog 30",
      "fault supervisor.clearProcessLogs 10",
      "fault supervisor.clearProcessLogs 30",
      "status supervisor.clearAllProcessLogs 30",
      "status supervisor.clearAllProcessLogs 80",
      "logs clear: begun again",
    ],
    async () => {
      await using daemon = await Daemon.start(kind, {
        programs: `${PROGRAMS}
[program:echo]
command=/bin/cat
startsecs=0
stdout_logfile=$HERE/echo.log
[program:stopped]
command=sleep infinity
autostart=false
stdout_logfile=$HERE/stopped.log`,
      });
      daemon.write("stopped.log", "from an earlier run\n");
      const say = async (text: string) => {
        await daemon.call("sendProcessStdin", "echo", text);
        await daemon.untilFile("echo.log", text);
      };
      await daemon.until("echo", "RUNNING");
      for (const method of ["clearProcessLog", "clearProcessLogs"]) {
        await say(`before ${method}\n`);
        expect(await daemon.call(method, "echo")).toBe(true);
        expect(daemon.read("echo.log")).toBe("");
        await say("after\n");
        expect(daemon.read("echo.log")).toBe("after\n");
        await expectFault(daemon.call(method, "nosuch"), 10, "BAD_NAME: nosuch");
      }

      expect(await daemon.call("clearProcessLogs", "stopped")).toBe(true);
      expect(daemon.read("stopped.log")).toBe(
        byDesign(kind, "`clear` also empties the log of a stopped program", {
          ours: "",
          real: "from an earlier run\n",
        }),
      );

      await daemon.until("broken", "RUNNING");
      replaceByFolder(daemon.file("broken-out.log"));
      replaceByFolder(daemon.file("broken-err.log"));
      for (const method of ["clearProcessLog", "clearProcessLogs"]) {
        await expectFault(daemon.call(method, "broken"), 30, "FAILED: broken");
      }
      const outcomes = (await daemon.call("clearAllProcessLogs")) as readonly { name: string; status: number }[];
      expect(Object.fromEntries(outcomes.map(({ name, status }) => [name, status]))).toEqual({
        broken: 30,
        echo: 80,
        silent: 80,
        stopped: 80,
        writer: 80,
      });
      expect(daemon.read("echo.log")).toBe("");
    },
  );
});

onBothDaemons("the daemon's own log", ({ kind, spec }) => {
  spec(
    "is read and emptied",
    [
      "rpc supervisor.readLog",
      "rpc supervisor.readMainLog",
      "rpc supervisor.clearLog",
      "fault supervisor.readLog 3",
      "fault supervisor.readMainLog 3",
    ],
    async () => {
      await using daemon = await Daemon.start(kind);
      await daemon.untilLogged("supervisord started with pid");
      for (const method of ["readLog", "readMainLog"]) {
        expect(await daemon.call(method, 0, 0)).toBe(daemon.read("main.log"));
        expect(await daemon.call(method, 0, 10)).toMatch(/^\d{4}-\d\d-\d\d$/);
        await expectFault(daemon.call(method, -4, 2), 3, "BAD_ARGUMENTS");
      }
      expect(await daemon.call("clearLog")).toBe(true);
      expect(daemon.read("main.log")).toMatch(/^[^\n]* INFO reopening log file\n$|^$/);
    },
  );

  spec(
    "that is gone, or is no file, is a fault",
    [
      "fault supervisor.readLog 20",
      "fault supervisor.readMainLog 20",
      "fault supervisor.clearLog 20",
      "fault supervisor.readLog 30",
      "fault supervisor.readMainLog 30",
      "fault supervisor.clearLog 30",
    ],
    async () => {
      await using daemon = await Daemon.start(kind);
      rmSync(daemon.file("main.log"));
      for (const method of ["readLog", "readMainLog"]) await expectFault(daemon.call(method, 0, 0), 20, /^NO_FILE/);
      await expectFault(daemon.call("clearLog"), 20, "NO_FILE");
      mkdirSync(daemon.file("main.log"));
      for (const method of ["readLog", "readMainLog"]) await expectFault(daemon.call(method, 0, 0), 30, "FAILED");
      await expectFault(daemon.call("clearLog"), 30, "FAILED");
    },
  );
});
