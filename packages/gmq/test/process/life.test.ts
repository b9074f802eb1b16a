import { once } from "node:events";
import { readFile, stat } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { startRecordingDeviceServer } from "@gateway-engine/testkit/recording-device-server";
import { expect, test } from "vitest";
import { GmqProcess, makeRoot, runGmq } from "./gmq-process.ts";

const NOWHERE = "http://127.0.0.1:9";

test("SIGTERM ends gmq within two seconds, also while the server hangs, and the data stays", async () => {
  await using root = await makeRoot(NOWHERE);
  const silent = createServer().listen(0, "127.0.0.1");
  await once(silent, "listening");
  const address = silent.address();
  root.env["GWE_SERVER"] = `http://127.0.0.1:${address !== null && typeof address === "object" ? address.port : 0}`;
  try {
    await using gmq = await GmqProcess.start(root);
    const contacted = once(silent, "connection");
    await gmq.write("product product stop", "count=1");
    const [socket] = await contacted;
    const asked = performance.now();
    const { status } = await gmq.end("SIGTERM");
    expect(performance.now() - asked).toBeLessThan(2000);
    expect(status).toBe(0);
    socket.destroy();
  } finally {
    silent.close();
  }
  await using server = await startRecordingDeviceServer();
  root.env["GWE_SERVER"] = server.url;
  await using gmq = await GmqProcess.start(root);
  await gmq.printed(/1 messages? (is|are) in the queue from an earlier run/);
  await server.until(() => server.points.length === 1);
});

test("the first start in an empty root makes the two configuration files and a private queue with room for deleting", async () => {
  await using root = await makeRoot(NOWHERE);
  await using _gmq = await GmqProcess.start(root);
  expect(await readFile(root.paths.gmqLoggingCfg, "utf8")).toContain("[logger_db]\nlevel = INFO\n");
  expect((await stat(root.paths.queueDir)).mode & 0o777).toBe(0o700);
  expect((await stat(join(root.paths.queueDir, "gmq.db-reserve"))).size).toBe(4 * 1024 ** 2);
  expect((await stat(root.paths.gmqSocket)).mode & 0o777).toBe(0o600);
});

test("a second gmq on the same queue says who has it, and ends", async () => {
  await using root = await makeRoot(NOWHERE);
  await using gmq = await GmqProcess.start(root);
  const second = await runGmq(root);
  expect(second.status).toBe(74);
  expect(second.stderr).toBe(`gmq: the queue is in use by process ${gmq.pid}; stop that gmq first\n`);
});

test("a port that is taken is named, with the option to change", async () => {
  await using server = await startRecordingDeviceServer();
  await using root = await makeRoot(NOWHERE);
  await root.put(root.paths.gmqCfg, `[server]\nlisten = 127.0.0.1:${server.port}\n`);
  const { status, stderr } = await runGmq(root);
  expect(status).toBe(69);
  expect(stderr).toMatch(
    /^gmq: 127\.0\.0\.1:\d+ is in use by another program; .*listen in section \[server\] of .*\n$/,
  );
});

test("a configuration that cannot be used is named with file and line", async () => {
  await using root = await makeRoot(NOWHERE);
  await root.put(root.paths.gmqCfg, "[unq]\nbatch_qty = many\n");
  const { status, stderr } = await runGmq(root);
  expect(status).toBe(78);
  expect(stderr).toBe(
    `gmq: ${root.paths.gmqCfg}, line 2: batch_qty is "many", but must be a whole number from 1 to 10000\n`,
  );
});

test("cfg and log read and change the files, and reread makes the running queue take them over", async () => {
  await using root = await makeRoot(NOWHERE, "# kept\n[unq]\nbatch_qty = 60");
  await using gmq = await GmqProcess.start(root);
  expect((await runGmq(root, "cfg", "get")).stdout).toBe("mqtt\nunq\nserver\n");
  expect((await runGmq(root, "cfg", "get", "unq")).stdout).toBe("batch_qty\n");
  expect((await runGmq(root, "cfg", "set", "unq", "batch_qty", "120")).status).toBe(0);
  expect((await runGmq(root, "cfg", "get", "unq", "batch_qty")).stdout).toBe("120\n");
  expect((await runGmq(root, "cfg")).stdout).toContain("# kept\n");
  expect((await runGmq(root, "cfg", "set", "unq", "batch_qty", "0")).stderr).toContain("must be a whole number");
  expect((await runGmq(root, "cfg", "get", "unq", "nothing")).stderr).toContain("there is: batch_qty");
  expect((await runGmq(root, "log", "set", "logger_db", "level", "DEBUG")).status).toBe(0);
  expect((await runGmq(root, "reread")).status).toBe(0);
  await gmq.write("product product debug", "count=1");
  await gmq.printed(/DEBUG-gmq:db ::> accepted write of device 1/);
});

test("of two changes at the same time neither is lost", async () => {
  await using root = await makeRoot(NOWHERE);
  const options = ["one", "two", "three", "four", "five", "six"];
  await Promise.all(options.map((option) => runGmq(root, "cfg", "set", "mine", option, "1")));
  expect((await runGmq(root, "cfg", "get", "mine")).stdout.split("\n").sort()).toEqual(["", ...options].sort());
});

test("reread of a file that cannot be used says so, and what was in force stays", async () => {
  await using root = await makeRoot(NOWHERE);
  await using gmq = await GmqProcess.start(root);
  await root.put(root.paths.gmqLoggingCfg, "[logger_root]\nlevel = LOUD\n");
  const { status, stderr } = await runGmq(root, "reread");
  expect(status).toBe(64);
  expect(stderr).toContain('level is "LOUD", but must be one of DEBUG');
  expect(await gmq.write("product product on", "count=1")).toBe(204);
});

test("status and reread say that no gmq runs when none does", async () => {
  await using root = await makeRoot(NOWHERE);
  for (const command of ["status", "reread"]) {
    const { status, stderr } = await runGmq(root, command);
    expect(status).toBe(69);
    expect(stderr).toMatch(/^gmq: cannot reach .*gmq\.sock: .*\n$/);
  }
});
