import { existsSync, readdirSync, statSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { isFault } from "../../src/client.ts";
import { eventually, isAlive, superviseFolder } from "./gateway.ts";

const SLEEPER = `[program:sleeper]
command=sleep 1000
startsecs=0
`;

describe("supervisord", () => {
  test("gives a child real pipes, which it can open as /dev/stdout", async () => {
    const folder = superviseFolder(`[program:echo]
command=/bin/sh -c "echo out > /dev/stdout; echo err > /dev/stderr; exec sleep 1000"
stdout_logfile=$HERE/out.log
stderr_logfile=$HERE/err.log
`);
    await folder.start();
    await eventually(() => folder.read("out.log") === "out\n" && folder.read("err.log") === "err\n");
  });

  test("puts a full log aside and loses nothing of it", async () => {
    const folder = superviseFolder(`[program:writer]
command=/bin/sh -c "seq 1 20000; exec sleep 1000"
stdout_logfile=$HERE/w.log
stdout_logfile_maxbytes=50KB
stdout_logfile_backups=10
`);
    await folder.start();
    const whole = () =>
      readdirSync(folder.path)
        .filter((name) => name.startsWith("w.log"))
        .sort((one, other) => Number(other.slice(6)) - Number(one.slice(6)))
        .map((name) => folder.read(name))
        .join("");
    await eventually(() => whole().endsWith("\n20000\n"));
    expect(whole()).toBe(Array.from({ length: 20_000 }, (_, index) => `${index + 1}\n`).join(""));
    expect(statSync(folder.file("w.log.1")).size).toBeGreaterThanOrEqual(50 * 1024);
  });

  test("tries a program that ends too quickly again and again, and then gives up", async () => {
    const folder = superviseFolder(`[program:quick]
command=/bin/false
startretries=1
`);
    await folder.start();
    const info = await folder.until("quick", "FATAL");
    expect(info.description).toBe("Exited too quickly (process log may have details)");
    expect(folder.read("main.log").match(/spawned: 'quick'/g)).toHaveLength(2);
    expect(folder.read("main.log")).toContain("gave up: quick entered FATAL state, too many start retries too quickly");
  });

  test("says of what cannot be started what the original says", async () => {
    const commands = [
      ["/nonexistent/prog", "can't find command '/nonexistent/prog'"],
      ["nosuchprogram", "can't find command 'nosuchprogram'"],
      ["/etc/passwd", "command at '/etc/passwd' is not executable"],
      ["/tmp", "command at '/tmp' is a directory"],
      ['echo "open', "can't parse command 'echo \"open': No closing quotation"],
    ] as const;
    const sections = commands.map(([command], index) => `[program:p${index}]\ncommand=${command}\nstartretries=0\n`);
    const folder = superviseFolder(sections.join(""));
    await folder.start();
    for (const [index, [, message]] of commands.entries()) {
      expect((await folder.until(`p${index}`, "FATAL")).spawnerr).toBe(message);
    }
  });

  test("writes into the program's own log that its folder is missing", async () => {
    const folder = superviseFolder(`[program:x]
command=sleep 1
directory=/nonexistent/dir
startretries=0
stderr_logfile=$HERE/err.log
`);
    await folder.start();
    await folder.until("x", "FATAL");
    expect(folder.read("err.log")).toBe(
      "supervisor: couldn't chdir to /nonexistent/dir: ENOENT\nsupervisor: child process was not spawned\n",
    );
  });

  test("starts a killed program again at once", async () => {
    const folder = superviseFolder(SLEEPER);
    await folder.start();
    const { pid } = await folder.until("sleeper", "RUNNING");
    process.kill(pid, "SIGKILL");
    const lines = () =>
      folder
        .read("main.log")
        .split("\n")
        .map((line) => line.replace(/^\S+ \S+ \S+ /, ""));
    await eventually(() => lines().filter((line) => line.startsWith("spawned: 'sleeper'")).length === 2);
    const died = lines().indexOf("exited: sleeper (terminated by SIGKILL; not expected)");
    expect(lines()[died + 1]).toMatch(/^spawned: 'sleeper' with pid/);
  });

  test("answers a start and a stop when they are done, and other calls meanwhile", async () => {
    const folder = superviseFolder(`[program:slow]
command=/bin/sh -c "trap 'sleep 0.5; exit 0' TERM; while :; do sleep 0.05; done"
autostart=false
`);
    await folder.start();
    const { client, signal } = folder;
    const started = client.startProcess("slow", signal);
    await folder.until("slow", "STARTING");
    await started;
    expect((await folder.info("slow")).statename).toBe("RUNNING");
    const stopped = client.stopProcess("slow", signal);
    await folder.until("slow", "STOPPING");
    await stopped;
    expect((await folder.info("slow")).statename).toBe("STOPPED");
    await expect(client.stopProcess("slow", signal)).rejects.toSatisfy((error) => isFault(error, "NOT_RUNNING"));
    await expect(client.startProcess("nosuch", signal)).rejects.toSatisfy((error) => isFault(error, "BAD_NAME"));
  });

  test("kills what does not stop in stopwaitsecs, with its group", async () => {
    const folder = superviseFolder(`[program:stubborn]
command=/bin/sh -c "trap '' TERM; sleep 1000 & while :; do sleep 0.1; done"
startsecs=0
stopwaitsecs=1
stopasgroup=true
`);
    await folder.start();
    const { pid } = await folder.until("stubborn", "RUNNING");
    await folder.client.stopProcess("stubborn", folder.signal);
    expect(folder.read("main.log")).toContain(`killing 'stubborn' (${pid}) with SIGKILL`);
    expect(isAlive(pid)).toBe(false);
  });

  test("reread tells what changed and changes nothing; update makes it so and leaves the rest alone", async () => {
    const folder = superviseFolder(`${SLEEPER}[program:old]\ncommand=sleep 999\nstartsecs=0\n`);
    await folder.start();
    const { client, signal } = folder;
    const { pid } = await folder.until("sleeper", "RUNNING");
    folder.configure(`${SLEEPER}[program:new]\ncommand=sleep 998\nstartsecs=0\n`);
    expect(await client.reloadConfig(signal)).toEqual({ added: ["new"], changed: [], removed: ["old"] });
    expect((await folder.info("old")).pid).toBeGreaterThan(0);
    await client.update([], signal);
    await folder.until("new", "RUNNING");
    expect((await folder.info("sleeper")).pid).toBe(pid);
    await expect(folder.info("old")).rejects.toSatisfy((error) => isFault(error, "BAD_NAME"));
    folder.configure("this is no configuration");
    await expect(client.reloadConfig(signal)).rejects.toSatisfy((error) => isFault(error, "CANT_REREAD"));
    expect((await folder.info("sleeper")).pid).toBe(pid);
  });

  test("restarts in the same process on SIGHUP", async () => {
    const folder = superviseFolder(SLEEPER);
    const daemon = await folder.start();
    const { pid } = await folder.until("sleeper", "RUNNING");
    daemon.kill("SIGHUP");
    await eventually(() => folder.read("main.log").split("supervisord started with pid").length === 3);
    const again = await folder.until("sleeper", "RUNNING");
    expect(again.pid).not.toBe(pid);
    expect(isAlive(pid)).toBe(false);
    expect(daemon.exitCode).toBeNull();
  });

  test("refuses a second daemon on the same socket, in the foreground and in the background", async () => {
    const folder = superviseFolder(SLEEPER);
    await folder.start();
    const { pid } = await folder.until("sleeper", "RUNNING");
    for (const options of [["-n"], []]) {
      const second = folder.run(...options);
      expect(second.status).toBe(2);
      expect(second.stderr).toMatch(/^Error: Another program is already listening on a port/);
    }
    expect((await folder.info("sleeper")).pid).toBe(pid);
  });

  test("goes into the background and is up when its starter ends", async () => {
    const folder = superviseFolder(SLEEPER);
    expect(folder.run()).toMatchObject({ status: 0, stdout: "", stderr: "" });
    const { pid } = await folder.until("sleeper", "RUNNING");
    const daemon = Number(folder.read("s.pid"));
    process.kill(daemon, "SIGTERM");
    await eventually(() => !isAlive(daemon));
    expect(isAlive(pid)).toBe(false);
  });

  test("a shutdown leaves no process, no socket, no pid file and no pipes", async () => {
    const folder = superviseFolder(`${SLEEPER}[program:cat]\ncommand=cat\nstartsecs=0\n`);
    const daemon = await folder.start();
    const pids = [(await folder.until("sleeper", "RUNNING")).pid, (await folder.until("cat", "RUNNING")).pid];
    expect(await folder.kill(daemon, "SIGTERM")).toBe(0);
    expect(pids.filter(isAlive)).toEqual([]);
    expect(existsSync(folder.file("s.sock"))).toBe(false);
    expect(existsSync(folder.file("s.pid"))).toBe(false);
    expect(existsSync(folder.file("s.children"))).toBe(false);
  });
});
