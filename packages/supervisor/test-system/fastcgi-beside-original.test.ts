/** `[fcgi-program:x]` under Debian's supervisord and under ours: the same answers, states and faults. */
import { existsSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { ask, FastCgiRequest } from "../test/daemon/fastcgi-client.ts";
import { Daemon } from "./black-box/daemon.ts";
import { DAEMON_KINDS } from "./black-box/kinds.ts";

const RESPONDER = `${process.execPath} ${resolve(import.meta.dirname, "../test/programs/fastcgi-responder.mjs")}`;

const PROGRAMS = `[fcgi-program:pool]
socket=unix://$HERE/%(program_name)s.sock
socket_owner=nobody:nogroup
socket_mode=0620
command=${RESPONDER}
process_name=%(program_name)s_%(process_num)d
numprocs=2
startsecs=0
autostart=false

[fcgi-program:late]
socket=unix://$HERE/late.sock
command=sh -c "while [ ! -e $HERE/go ]; do sleep 0.05; done; exec ${RESPONDER}"
startsecs=0
autostart=false

[fcgi-program:member]
socket=unix://$HERE/member.sock
command=sh -c "readlink /proc/self/fd/0; exec sleep 1000"
stdout_logfile=$HERE/member.log
startsecs=0

[group:g]
programs=member
`;

describe.each(DAEMON_KINDS)("$name", (kind) => {
  test("serves FastCGI programs on one socket", async () => {
    await using daemon = await Daemon.start(kind, { programs: PROGRAMS });
    const ctl = async (...words: readonly string[]) => (await daemon.ctl(...words)).printed;
    await daemon.until("g:member", "RUNNING");
    const pool = daemon.file("pool.sock");
    expect(await ctl("start", "pool:*")).toMatch(/pool:pool_[01]: started\npool:pool_[01]: started\n/);
    const { uid, gid, mode } = statSync(pool);
    expect([uid, gid, mode & 0o777]).toEqual([65534, 65534, 0o620]);
    const pids = (await ctl("pid", "pool:pool_0", "pool:pool_1")).trim().split("\n").map(Number);
    expect(pids).toContain((await ask({ path: pool }, "/")).pid);

    expect(await ctl("stop", "pool:pool_0")).toBe("pool:pool_0: stopped\n");
    expect((await ask({ path: pool }, "/")).pid).toBe(pids[1]);
    expect(await ctl("stop", "pool:pool_1")).toBe("pool:pool_1: stopped\n");
    await expect(ask({ path: pool }, "/")).rejects.toThrow("ECONNREFUSED");

    await ctl("start", "late");
    const waiting = await FastCgiRequest.send({ path: daemon.file("late.sock") }, "/first");
    await ctl("status");
    expect(waiting.isOpen).toBe(true);
    daemon.write("go", "");
    expect((await waiting.answer()).script).toBe("/first");

    expect(existsSync(daemon.file("member.sock"))).toBe(false);
    expect(await ctl("tail", "g:member")).toMatch(/pipe|fifo|stdin/);
  });
});
