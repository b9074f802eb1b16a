/** What both daemons make of the machine around them, the original and ours: syslog, and limits. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, onTestFinished, test } from "vitest";

const DAEMONS = [
  { daemon: "the original", program: "/usr/bin/supervisord" },
  { daemon: "ours", program: new URL("../bin/supervisord", import.meta.url).pathname },
];

/** Node has no datagram unix socket; Debian's supervisor needs Python anyway. */
const RECEIVER = `import socket
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind("/dev/log")
print("ready", flush=True)
while True:
    print(s.recv(65536).decode(), flush=True)`;

/** Listens where syslog listens. @returns what came so far */
async function receiveSyslog(): Promise<() => readonly string[]> {
  if (existsSync("/dev/log")) throw new Error("this test needs a machine without a syslog daemon: /dev/log exists");
  const receiver = spawn("/usr/bin/python3", ["-c", RECEIVER], { stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(async () => {
    receiver.kill("SIGKILL");
    await once(receiver, "exit");
    rmSync("/dev/log", { force: true });
  });
  let received = "";
  receiver.stdout.on("data", (chunk: Buffer) => {
    received += chunk.toString();
  });
  while (!received.startsWith("ready\n")) await wait(20);
  return () => received.split("\n").slice(1, -1);
}

/** A folder with a configuration and the daemon over it, in the foreground. */
function startDaemon(program: string, daemonOptions: string, programs: string): (file: string) => string {
  const folder = mkdtempSync(join(tmpdir(), "surroundings-"));
  const config = join(folder, "s.conf");
  writeFileSync(
    config,
    `[supervisord]\nuser=root\nlogfile=%(here)s/main.log\npidfile=%(here)s/s.pid\n${daemonOptions}\n${programs}`,
  );
  const daemon = spawn("/bin/sh", ["-c", 'ulimit -Sn 300; exec "$0" "$@"', program, "-n", "-s", "-c", config]);
  onTestFinished(async () => {
    if (daemon.exitCode === null) {
      daemon.kill("SIGTERM");
      await once(daemon, "exit");
    }
    rmSync(folder, { recursive: true });
  });
  return (file) => (existsSync(join(folder, file)) ? readFileSync(join(folder, file), "utf8") : "");
}

describe.each(DAEMONS)("$daemon", ({ program }) => {
  test("writes a program's lines to syslog, with its process's name", async () => {
    const received = await receiveSyslog();
    const options = "stdout_syslog=true\nstderr_logfile=syslog";
    startDaemon(
      program,
      "",
      `[program:web]\ncommand=/bin/sh -c "echo out; echo err >&2; exec sleep 1000"\n${options}\n`,
    );
    while (received().length < 2) await wait(20);
    const time = /^<14>\w{3} [ \d]\d \d\d:\d\d:\d\d /;
    for (const message of received()) expect(message).toMatch(time);
    expect(
      received()
        .map((message) => message.replace(time, ""))
        .sort(),
    ).toEqual(["supervisord: web err", "supervisord: web out"]);
  });

  test("writes its own log to syslog", async () => {
    const received = await receiveSyslog();
    startDaemon(program, "logfile=syslog", "");
    while (!received().some((message) => message.includes("supervisord started with pid"))) await wait(20);
    expect(received().find((message) => message.includes("supervisord started"))).toMatch(
      /^<14>\w{3} [ \d]\d [\d:]{8} supervisord: \d{4}-\d\d-\d\d [\d:]{8},\d{3} INFO supervisord started with pid \d+$/,
    );
  });

  test.each([
    { minfds: 200, limit: "300", says: false },
    { minfds: 400, limit: "400", says: true },
  ])("gives a program $limit open files, of 300 found and minfds=$minfds", async ({ minfds, limit, says }) => {
    const command =
      '[program:limits]\ncommand=/bin/sh -c "ulimit -Sn; ulimit -Hn"\nstdout_logfile=%(here)s/limits.log\n';
    const read = startDaemon(program, `minfds=${minfds}`, command);
    while (read("limits.log").split("\n").length < 3) await wait(20);
    const hard = spawnSync("/bin/sh", ["-c", "ulimit -Hn"], { encoding: "utf8" }).stdout;
    expect(read("limits.log").split("\n").slice(0, 2)).toEqual([limit, hard.trim()]);
    expect(read("main.log").includes(`Increased RLIMIT_NOFILE limit to ${minfds}`)).toBe(says);
  });
});
