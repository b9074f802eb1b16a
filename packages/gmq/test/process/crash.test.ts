import { setTimeout as sleep } from "node:timers/promises";
import {
  type RecordingDeviceServer,
  startRecordingDeviceServer,
} from "@gateway-engine/testkit/recording-device-server";
import { expect, test } from "vitest";
import { GmqProcess, type GmqRoot, makeRoot } from "./gmq-process.ts";

const DEVICE = "product product kill-test";
const KILLS = 10;

test("what gmq accepted arrives once and in order, though it is killed at random moments and the line drops", async () => {
  await using server = await startRecordingDeviceServer();
  await using root = await makeRoot(server.url);
  const writer = new Writer();
  // Most servers activate a device once, and this one does: a lost answer to that would end the test.
  await activate(root, server);
  let calls = 0;
  // Every fourth answer is lost: half of those before the server stored anything, half after.
  server.fail(() => {
    calls += 1;
    return calls % 4 === 0 ? { kind: calls % 8 === 0 ? "drop-before" : "drop-after" } : undefined;
  });
  for (let kill = 0; kill < KILLS; kill += 1) {
    await using gmq = await GmqProcess.start(root);
    await Promise.all([writer.writeUntilItFails(gmq), killSoon(gmq)]);
  }
  server.fail(() => undefined);
  await deliverTheRest(root, server, writer);

  const arrived = server.points.map(({ value }) => Number(value));
  const accepted = new Set(writer.accepted);
  expect(writer.accepted.length).toBeGreaterThan(KILLS);
  expect(arrived.filter((value) => accepted.has(value))).toEqual(writer.accepted);
  expect(arrived).toEqual([...new Set(arrived)].sort((a, b) => a - b));
}, 120_000);

/** Sends numbers, each one higher than the last, and notes each 204 before it sends the next. */
class Writer {
  readonly accepted: number[] = [];
  #last = 0;

  async writeUntilItFails(gmq: GmqProcess): Promise<void> {
    try {
      for (;;) {
        this.#last += 1;
        const value = this.#last;
        if ((await gmq.write(DEVICE, `count=${value}`)) === 204) this.accepted.push(value);
      }
    } catch {
      // gmq was killed: whether it took the last number is not known, and it is not sent again.
    }
  }
}

async function activate(root: GmqRoot, server: RecordingDeviceServer): Promise<void> {
  await using gmq = await GmqProcess.start(root);
  await gmq.post("/provision/activate", "vendor=product&model=product&sn=kill-test", {});
  await gmq.printed(/kill-test is activated/);
  expect(server.ciks.has(DEVICE)).toBe(true);
}

async function killSoon(gmq: GmqProcess): Promise<void> {
  await sleep(20 + Math.random() * 500);
  await gmq.end("SIGKILL");
}

async function deliverTheRest(root: GmqRoot, server: RecordingDeviceServer, writer: Writer): Promise<void> {
  await using gmq = await GmqProcess.start(root);
  expect(await gmq.write(DEVICE, "count=1000000")).toBe(204);
  writer.accepted.push(1_000_000);
  await server.until(() => server.points.some(({ value }) => String(value) === "1000000"));
}
