/** `[fcgi-program:x]` under Debian's supervisord and under ours: the same answers, states and faults. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import { ask, FastCgiRequest } from "../test/daemon/fastcgi-client.ts";
import { REAL_SUPERVISORCTL, run } from "./real-supervisord.ts";

const DAEMONS = [
  ["Debian's supervisord", "/usr/bin/supervisord"],
  ["our supervisord", resolve(import.meta.dirname, "../bin/supervisord")],
] as const;
const RESPONDER = `${process.execPath} ${resolve(import.meta.dirname, "../test/programs/fastcgi-responder.mjs")}`;

const PROGRAMS = `[fcgi-program:pool]
socket=unix://%(here)s/%(program_name)s.sock
socket_owner=nobody:nogroup
socket_mode=0620
command=${RESPONDER}
process_name=%(program_name)s_%(process_num)d
numprocs=2
startsecs=0
autostart=false

[fcgi-program:late]
socket=unix://%(here)s/late.sock
command=sh -c "while [ ! -e $HERE/go ]; do sleep 0.05; done; exec ${RESPONDER}"
startsecs=0
autostart=false

[fcgi-program:member]
socket=unix://%(here)s/member.sock
command=sh -c "readlink /proc/self/fd/0; exec sleep 1000"
stdout_logfile=%(here)s/member.log
startsecs=0

[group:g]
programs=member
`;

describe.each(DAEMONS)("%s", (_name, program) => {
  test("serves FastCGI programs on one socket", { timeout: 60_000 }, async () => {
    const { folder, ctl } = await startDaemon(program);
    const pool = join(folder, "pool.sock");
    expect(await ctl("start", "pool:*")).toMatch(/pool:pool_[01]: started\npool:pool_[01]: started\n/);
    const { uid, gid, mode } = statSync(pool);
    expect([uid, gid, mode & 0o777]).toEqual([65534, 65534, 0o620]);
    const pids = (await ctl("pid", "pool:pool_0", "pool:pool_1")).trim().split("\n").map(Number);
    expect(pids).toContain((await ask({ path: pool }, "/")).pid);

    expect(await ctl("fg", "pool:pool_0")).toContain("==> Press Ctrl-C to exit <==");
    expect(await ctl("stop", "pool:pool_0")).toBe("pool:pool_0: stopped\n");
    expect((await ask({ path: pool }, "/")).pid).toBe(pids[1]);
    expect(await ctl("stop", "pool:pool_1")).toBe("pool:pool_1: stopped\n");
    await expect(ask({ path: pool }, "/")).rejects.toThrow("ECONNREFUSED");

    await ctl("start", "late");
    const waiting = await FastCgiRequest.send({ path: join(folder, "late.sock") }, "/first");
    await ctl("status");
    expect(waiting.isOpen).toBe(true);
    writeFileSync(join(folder, "go"), "");
    expect((await waiting.answer()).script).toBe("/first");

    expect(existsSync(join(folder, "member.sock"))).toBe(false);
    expect(await ctl("tail", "g:member")).toMatch(/pipe|fifo|stdin/);
  });
});

async function startDaemon(program: string): Promise<{ folder: string; ctl: (...words: string[]) => Promise<string> }> {
  const folder = mkdtempSync(join(tmpdir(), "fcgi-"));
  const config = join(folder, "s.conf");
  writeFileSync(
    config,
    `[unix_http_server]
file=%(here)s/s.sock
[supervisord]
logfile=%(here)s/main.log
pidfile=%(here)s/s.pid
user=root
[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
[supervisorctl]
serverurl=unix://%(here)s/s.sock
${PROGRAMS.replaceAll("$HERE", folder)}`,
  );
  const daemon = spawn(program, ["-n", "-c", config], { stdio: "ignore" });
  const ended = once(daemon, "exit");
  onTestFinished(async () => {
    if (daemon.exitCode === null) daemon.kill("SIGTERM");
    await ended;
    rmSync(folder, { recursive: true, force: true });
  });
  const ctl = async (...words: string[]) => (await run(REAL_SUPERVISORCTL, ["-c", config, ...words])).stdout;
  while (!existsSync(join(folder, "s.sock")) || !(await ctl("status", "g:member")).includes("RUNNING")) await wait(50);
  return { folder, ctl };
}
