/** The real program at the limits of what it may hold. */
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import {
  type RecordingDeviceServer,
  startRecordingDeviceServer,
} from "@gateway-engine/testkit/recording-device-server";
import { expect, test } from "vitest";
import { GmqProcess, type GmqRoot, makeRoot, runGmq } from "./gmq-process.ts";

const MAX_BYTES = 16 * 1024 ** 2;
const DEVICE = "product product limits";
const CIK = "c".repeat(40);
const GATEWAY = `[device]\nvendor = product\nmodel = product\nuuid = gateway\ncik = ${CIK}\n`;
/** Large, so that few messages fill the queue. */
const FILLER = "x".repeat(900_000);

test("reject: a queue that is full takes no more, keeps what it has, and takes data again when some was delivered", async () => {
  await using server = await startRecordingDeviceServer();
  await using root = await makeRoot(server.url, "[db]\nmax_bytes = 16MB\nmin_free_disk = 0\n");
  await using gmq = await GmqProcess.start(root);
  server.fail(() => ({ kind: "drop-before" }));
  let accepted = 0;
  while ((await gmq.write(DEVICE, `a=${accepted}-${FILLER}`)) === 204) accepted += 1;
  const answer = await gmq.post("/onep:v1/stack/alias", `a=${FILLER}`, { "X-Exosite-VMS": DEVICE });
  expect([answer.status, answer.headers.get("Retry-After")]).toEqual([507, "10"]);
  expect(await answer.text()).toMatch(
    /^no room left for the queue: it has reached max_bytes \(16MB\); send again later/,
  );
  expect(accepted).toBeGreaterThan(8);
  expect(await gmq.status()).toMatchObject({ queued: accepted, refused: 2 });
  expect((await runGmq(root, "status")).stdout).toContain("\nrefused    2, not accepted since the start");
  expect(bytesOf(root)).toBeLessThanOrEqual(MAX_BYTES);

  server.fail(() => undefined);
  await runGmq(root, "drain");
  await server.until(() => server.points.length === accepted);
  expect(numbersOf(server)).toEqual(Array.from({ length: accepted }, (_, number) => number));
  while ((await gmq.write(DEVICE, `a=${accepted}-${FILLER}`)) !== 204);
  await gmq.untilQueued(0);
  await until(() => statSync(join(root.paths.queueDir, "gmq.db")).size < 3 * 1024 ** 2);
});

test.each(["drop_oldest", "thin_out"])(
  "%s: new data is taken, and the gateway reports what was lost",
  async (policy) => {
    await using server = await startRecordingDeviceServer();
    await using root = await makeRoot(server.url, `[db]\nmax_bytes = 16MB\nmin_free_disk = 0\nwhen_full = ${policy}\n`);
    await root.put(root.paths.gatewayCfg, GATEWAY);
    server.admit(CIK);
    await using gmq = await GmqProcess.start(root);
    await gmq.write(DEVICE, "ready=1");
    await gmq.untilQueued(0);
    server.fail(() => ({ kind: "drop-before" }));
    const sent = 24;
    for (let number = 0; number < sent; number += 1) expect(await gmq.write(DEVICE, `a=${number}-${FILLER}`)).toBe(204);
    expect(bytesOf(root)).toBeLessThanOrEqual(MAX_BYTES);
    const { dropped } = await gmq.status();
    expect(dropped).toBeGreaterThan(4);
    await gmq.printed(/messages were dropped, since there was no room/);

    server.fail(() => undefined);
    await runGmq(root, "drain");
    await server.until(() => numbersOf(server).length === sent - dropped && reportOf(server) !== undefined);
    expect(reportOf(server)).toMatchObject({ policy, max_bytes: MAX_BYTES, total: { expired: 0 } });
    const numbers = numbersOf(server);
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
    expect(numbers.at(-1)).toBe(sent - 1);
  },
);

test("a message whose time is over is not forwarded, and counted", async () => {
  await using server = await startRecordingDeviceServer();
  await using root = await makeRoot(server.url);
  await using gmq = await GmqProcess.start(root);
  await gmq.write(DEVICE, "ready=1");
  await gmq.untilQueued(0);
  server.fail(() => ({ kind: "drop-before" }));
  const headers = { "X-Exosite-VMS": DEVICE };
  const ttl = { ...headers, "X-Gateway-Engine-TTL": "0.2", "X-Gateway-Engine-Priority": "low" };
  expect((await gmq.post("/onep:v1/stack/alias", "a=1-stale", ttl)).status).toBe(204);
  expect((await gmq.post("/onep:v1/stack/alias", "a=2-fresh", headers)).status).toBe(204);
  await gmq.printed(/1 messages were not forwarded, since their time was over/);
  expect(await gmq.status()).toMatchObject({ queued: 1, expired: 1 });
  server.fail(() => undefined);
  await runGmq(root, "drain");
  await server.until(() => numbersOf(server).length > 0);
  expect(numbersOf(server)).toEqual([2]);
});

function reportOf({ points }: RecordingDeviceServer): unknown {
  const report = points.find(({ alias }) => alias === "queue_report");
  return report === undefined ? undefined : JSON.parse(String(report.value));
}

function numbersOf({ points }: RecordingDeviceServer): readonly number[] {
  return points.filter(({ alias }) => alias === "a").map(({ value }) => Number.parseInt(String(value), 10));
}

function bytesOf({ paths }: GmqRoot): number {
  return readdirSync(paths.queueDir)
    .filter((name) => !name.endsWith("-shm"))
    .reduce((bytes, name) => bytes + statSync(join(paths.queueDir, name)).size, 0);
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 50));
}
