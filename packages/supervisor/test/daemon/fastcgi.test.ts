/** `[fcgi-program:x]` under the real daemon, with a real FastCGI responder. */
import { once } from "node:events";
import { statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { freePort } from "@gateway-engine/testkit/free-port";
import { expect, test } from "vitest";
import { ask, FastCgiRequest } from "./fastcgi-client.ts";
import { eventually, isAlive, superviseFolder } from "./gateway.ts";

const RESPONDER = `${process.execPath} ${new URL("../programs/fastcgi-responder.mjs", import.meta.url).pathname}`;

test("who connects before a process accepts waits for it: the daemon itself never accepts", async () => {
  const folder = superviseFolder(`[fcgi-program:late]
socket=unix://$HERE/%(program_name)s.sock
command=sh -c "while [ ! -e $HERE/go ]; do sleep 0.05; done; exec ${RESPONDER}"
startsecs=0
`);
  await folder.start();
  const late = await folder.until("late", "RUNNING");
  const waiting = await FastCgiRequest.send({ path: folder.file("late.sock") }, "/first");
  await folder.call("getState");
  expect(waiting.isOpen).toBe(true);
  writeFileSync(folder.file("go"), "");
  expect(await waiting.answer()).toEqual({ pid: late.pid, script: "/first" });
});

test("no connection is lost while processes end and are started again", async () => {
  const folder = superviseFolder(`[fcgi-program:pool]
socket=unix://$HERE/pool.sock
command=${RESPONDER}
process_name=%(program_name)s_%(process_num)d
numprocs=2
startsecs=0
autorestart=true
`);
  await folder.start();
  await folder.until("pool:pool_1", "RUNNING");
  const to = { path: folder.file("pool.sock") };
  const answers = await Promise.all(
    Array.from({ length: 12 }, (_, index) => ask(to, index % 3 === 0 ? "/leave" : "/")),
  );
  expect(answers.every(({ pid }) => pid > 0)).toBe(true);
  expect(folder.read("main.log").match(/Creating socket/g)).toHaveLength(1);

  await expect(folder.call("sendProcessStdin", "pool:pool_0", "x")).rejects.toThrow("NO_FILE: pool:pool_0");

  await folder.call("stopProcess", "pool:pool_0");
  expect((await ask(to, "/")).pid).toBe((await folder.info("pool:pool_1")).pid);
  await folder.call("stopProcess", "pool:pool_1");
  await expect(ask(to, "/")).rejects.toThrow("ECONNREFUSED");
  await folder.call("startProcess", "pool:pool_0");
  expect((await ask(to, "/")).pid).toBe((await folder.info("pool:pool_0")).pid);
});

test("a socket that cannot be opened is a failed start, in the original's words, and is tried again", async () => {
  const port = await freePort();
  const blocker = createServer().listen(port, "127.0.0.1");
  await once(blocker, "listening");
  const folder = superviseFolder(`[fcgi-program:taken]
socket=tcp://127.0.0.1:${port}
command=${RESPONDER}
startsecs=0

[fcgi-program:nowhere]
socket=unix://$HERE/missing/x.sock
command=${RESPONDER}
startretries=0
`);
  await folder.start();
  const { spawnerr } = await folder.until("taken", "BACKOFF");
  expect(spawnerr).toBe(`Could not create FastCGI socket tcp://127.0.0.1:${port}: [Errno 98] Address already in use`);
  blocker.close();
  const { pid } = await folder.until("taken", "RUNNING");
  expect(await ask({ host: "127.0.0.1", port }, "/now")).toEqual({ pid, script: "/now" });

  const missing = await folder.until("nowhere", "FATAL");
  expect(missing.spawnerr).toBe(
    `Could not create FastCGI socket unix://${folder.file("missing/x.sock")}: [Errno 2] No such file or directory`,
  );
});

test("update opens the socket anew where it was changed, with its mode", async () => {
  const program = (changes: string) => `[fcgi-program:web]
command=${RESPONDER}
startsecs=0
${changes}
`;
  const folder = superviseFolder(program("socket=unix://$HERE/one.sock"));
  await folder.start();
  await folder.until("web", "RUNNING");
  expect(statSync(folder.file("one.sock")).mode & 0o777).toBe(0o700);
  folder.configure(program("socket=unix://$HERE/two.sock\nsocket_mode=0660"));
  expect(await folder.call("reloadConfig")).toEqual([[[], ["web"], []]]);
  await folder.call("stopProcessGroup", "web");
  await folder.call("removeProcessGroup", "web");
  await folder.call("addProcessGroup", "web");
  const { pid } = await folder.until("web", "RUNNING");
  expect(statSync(folder.file("two.sock")).mode & 0o777).toBe(0o660);
  expect((await ask({ path: folder.file("two.sock") }, "/")).pid).toBe(pid);
});

test("after a kill of the daemon its processes are replaced, because nobody else has their socket", async () => {
  const port = await freePort();
  const folder = superviseFolder(`[fcgi-program:web]
socket=tcp://127.0.0.1:${port}
command=${RESPONDER}
process_name=%(program_name)s_%(process_num)d
numprocs=2
startsecs=0
`);
  const first = await folder.start();
  const before = [await folder.until("web:web_0", "RUNNING"), await folder.until("web:web_1", "RUNNING")];
  await folder.kill(first, "SIGKILL");
  expect(before.every(({ pid }) => isAlive(pid))).toBe(true);
  await folder.start();
  await eventually(() => before.every(({ pid }) => !isAlive(pid)));
  const after = [await folder.until("web:web_0", "RUNNING"), await folder.until("web:web_1", "RUNNING")];
  const { pid } = await ask({ host: "127.0.0.1", port }, "/");
  expect(after.map((info) => info.pid)).toContain(pid);
  expect(folder.read("main.log")).toContain("restarting 'web_0': its socket was opened by an earlier supervisord");
  expect(folder.read("main.log")).not.toContain("Address already in use");
});

test("children are made in the order of priority, however long it takes to open a socket", async () => {
  const folder = superviseFolder(`[fcgi-program:second]
socket=unix://$HERE/second.sock
command=${RESPONDER}
priority=20

[program:third]
command=sleep infinity
priority=30

[program:first]
command=sleep infinity
priority=10

[fcgi-program:fourth]
socket=unix://$HERE/fourth.sock
command=${RESPONDER}
priority=40

[program:fifth]
command=sleep infinity
priority=50
`);
  await folder.start();
  const spawned = () => [...folder.read("main.log").matchAll(/spawned: '(\w+)'/g)].map(([, name]) => name);
  const inOrder = ["first", "second", "third", "fourth", "fifth"];
  await eventually(() => spawned().length === inOrder.length);
  expect(spawned()).toEqual(inOrder);
  await folder.call("stopAllProcesses");
  await folder.call("startAllProcesses");
  expect(spawned().slice(inOrder.length)).toEqual(inOrder);
});
