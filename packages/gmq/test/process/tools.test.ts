import { chmod, open, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { startRecordingDeviceServer } from "@gateway-engine/testkit/recording-device-server";
import { expect, test } from "vitest";
import { GmqProcess, type GmqRoot, makeRoot, runGmq } from "./gmq-process.ts";

const NOWHERE = "http://127.0.0.1:9";
const DEVICE = "product product gw1";

test("what one gateway exports, another imports and forwards, with the times of the requests", async () => {
  await using server = await startRecordingDeviceServer();
  await using from = await makeRoot(NOWHERE);
  await using to = await makeRoot(server.url);
  const file = join(from.paths.queueDir, "export.ndjson");
  {
    await using gmq = await GmqProcess.start(from);
    for (const body of ["a=1", "a=2&b=%00%ff", Buffer.from([0x61, 0x3d, 0xff, 0x00])]) await gmq.write(DEVICE, body);
    expect((await runGmq(from, "export", file)).stdout).toBe(`3 messages written to ${file}\n`);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  }
  const lines = (await readFile(file, "utf8")).trimEnd().split("\n");
  const times = lines.map((line) => Number(JSON.parse(line).at));
  // No gmq runs: the command itself opens the queue.
  expect((await runGmq(to, "import", "--json", file)).stdout).toBe('{"imported":3}\n');
  await using gmq = await GmqProcess.start(to);
  await server.until(() => server.points.length === 4);
  expect(server.points.map(({ alias, value }) => [alias, value.toString("hex")])).toEqual([
    ["a", "31"],
    ["a", "32"],
    ["b", "00ff"],
    ["a", "ff00"],
  ]);
  expect(server.points.map(({ timestamp }) => Math.round(Number(timestamp) * 1e6))).toEqual([
    times[0],
    times[1],
    times[1],
    times[2],
  ]);
  expect(gmq.output).toContain("3 messages are in the queue");
});

test("a line that is wrong stops an import, with its number, and what came before it is queued", async () => {
  await using root = await makeRoot(NOWHERE);
  const line = (body: string) =>
    JSON.stringify({
      device: { vendor: "v", model: "m", serial: "s" },
      priority: "normal",
      kind: "write",
      alias: "",
      at: 1,
      expiresAt: null,
      body,
    });
  const file = join(root.paths.configDir, "some.ndjson");
  await root.put(file, `${line("a=1")}\n\n${line("no value")}\n${line("a=2")}\n`);
  const { status, stdout, stderr } = await runGmq(root, "import", file);
  expect([status, stdout]).toEqual([64, "1 message queued\n"]);
  expect(stderr).toBe(`gmq: ${file}, line 3: "no value" has no "=": expected <alias>=<value>\n`);
  expect((await runGmq(root, "peek")).stdout).toMatch(/^1970-01-01T00:00:00\.000Z {2}v m s {2}write {2}a=1\n$/);
});

test("what the server refused is shown with the reason, and goes to the server again when it is replayed", async () => {
  await using server = await startRecordingDeviceServer();
  await using root = await makeRoot(server.url, "[unq]\nbatch_record_period = 0");
  await using gmq = await GmqProcess.start(root);
  server.fail(({ body }) =>
    body.includes("poison") ? { kind: "answer", status: 400, body: "no such format" } : undefined,
  );
  await gmq.write(DEVICE, "a=poison");
  await gmq.printed(/a message was set aside/);
  const shown = (await runGmq(root, "peek", "--set-aside")).stdout;
  expect(shown).toMatch(/write {2}a=poison\n {2}id 1, set aside \d+ s ago for main: .*400.*no such format\n$/);

  server.fail(() => undefined);
  expect((await runGmq(root, "replay", "7")).stdout).toBe("0 messages queued again\n");
  expect((await runGmq(root, "replay", "1")).stdout).toBe("1 message queued again\n");
  await server.until(() => server.points.length === 1);
  expect(String(server.points[0]?.value)).toBe("poison");
  expect((await runGmq(root, "peek", "--set-aside")).stdout).toBe("nothing is set aside\n");
});

test("drain sends at once what waits for company, and with --wait ends when the queue is empty", async () => {
  await using server = await startRecordingDeviceServer();
  await using root = await makeRoot(server.url, "[unq]\nbatch_record_period = 3600");
  await using gmq = await GmqProcess.start(root);
  const record = (value: string) =>
    gmq.post("/onep:v1/stack/alias/log", `100=${value}`, { "X-Exosite-VMS": DEVICE }).then(({ status }) => status);
  expect(await record("first")).toBe(204);
  await server.until(() => server.points.length === 1);
  expect(await record("second")).toBe(204);
  expect(await runGmq(root, "drain", "--wait")).toMatchObject({ status: 0, stdout: "the queue is empty\n" });
  expect(server.points.map(({ value }) => String(value))).toEqual(["first", "second"]);
});

test("drain --timeout says how much still waits when the server does not answer", async () => {
  await using root = await makeRoot(NOWHERE);
  await using gmq = await GmqProcess.start(root);
  await gmq.write(DEVICE, "a=1");
  const { status, stdout } = await runGmq(root, "drain", "--timeout", "0.3", "--json");
  expect([status, stdout]).toEqual([75, '{"queued":1}\n']);
});

test("the messages themselves are shown on the unix socket alone", async () => {
  await using root = await makeRoot(NOWHERE);
  await using gmq = await GmqProcess.start(root);
  await gmq.write(DEVICE, "secret=1");
  for (const path of ["/messages", "/import", "/replay", "/drain"]) {
    expect((await gmq.post(path, "", {})).status).toBe(404);
  }
});

test("the queue's folder is for its owner alone, whoever made it", async () => {
  await using root = await makeRoot(NOWHERE);
  const modeOf = async () => (await stat(root.paths.queueDir)).mode & 0o777;
  await runGmq(root, "peek");
  expect(await modeOf()).toBe(0o700);
  await chmod(root.paths.queueDir, 0o755);
  await using _gmq = await GmqProcess.start(root);
  expect(await modeOf()).toBe(0o700);
});

test("fsck says that a sound queue is sound, also while gmq runs", async () => {
  await using root = await makeRoot(NOWHERE);
  expect((await runGmq(root, "fsck")).stdout).toContain("there is no queue yet");
  await using gmq = await GmqProcess.start(root);
  await gmq.write(DEVICE, "a=1");
  expect(await runGmq(root, "fsck")).toMatchObject({ status: 0, stdout: `${databaseOf(root)}: sound\n` });
});

test("fsck saves what can be read of a damaged file, keeps the file, and the queue goes on with the rest", async () => {
  await using server = await startRecordingDeviceServer();
  await using root = await makeRoot(server.url);
  await using offline = await makeRoot(NOWHERE);
  await root.put(root.paths.gmqCfg, await readFile(offline.paths.gmqCfg, "utf8"));
  const file = databaseOf(root);
  await fill(root, 400);
  await garble(file);
  const broken = await runGmq(root, "fsck", "--check");
  expect(broken.status).toBe(65);
  expect(broken.stdout).toContain("run gmq fsck without --check to mend it");

  const mended = await runGmq(root, "fsck", "--json");
  expect(mended.status).toBe(0);
  const { salvaged } = JSON.parse(mended.stdout);
  expect(salvaged.messages + salvaged.missing).toBe(400);
  expect(salvaged.messages).toBeGreaterThan(300);
  expect((await stat(salvaged.damagedFile)).isFile()).toBe(true);
  expect((await runGmq(root, "fsck")).stdout).toBe(`${file}: sound\n`);

  await using gmq = await GmqProcess.start(root);
  await gmq.write(DEVICE, "a=last");
  await server.until(() => server.points.length === salvaged.messages + 1);
  expect(String(server.points.at(-1)?.value)).toBe("last");
});

function databaseOf(root: GmqRoot): string {
  return join(root.paths.queueDir, "gmq.db");
}

/** Queues messages of 1 kB while the server is away. */
async function fill(root: GmqRoot, count: number): Promise<void> {
  await using gmq = await GmqProcess.start({ ...root, env: { ...root.env, GWE_SERVER: NOWHERE } });
  await Promise.all(Array.from({ length: count }, (_, index) => gmq.write(DEVICE, `a=${index}-${"x".repeat(1000)}`)));
  await gmq.end("SIGTERM");
}

/** Writes nonsense over some pages in the middle of the messages. */
async function garble(file: string): Promise<void> {
  const database = new DatabaseSync(file);
  database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  database.close();
  await rm(`${file}-wal`, { force: true });
  const content = await readFile(file);
  const pages = Array.from({ length: content.length / 4096 }, (_none, page) => page * 4096);
  const leaves = pages.filter((at) => content[at] === INDEX_LEAF && content.subarray(at, at + 4096).includes("xxxx"));
  const handle = await open(file, "r+");
  for (const at of leaves.slice(40, 43)) await handle.write(Buffer.alloc(4096, 0x5a), 0, 4096, at);
  await handle.close();
}

/** First byte of such a page: what a table without rowid consists of. @see https://sqlite.org/fileformat2.html */
const INDEX_LEAF = 0x0a;
