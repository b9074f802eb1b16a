import { readFile, writeFile } from "node:fs/promises";
import { silentLogger } from "@gateway-engine/core/logger";
import { systemClock } from "@gateway-engine/platform/clock";
import { nodeFiles } from "@gateway-engine/platform/files";
import type { QueueTrafficAnswer } from "@gateway-engine/protocol/local-control";
import type { TrafficEntry } from "@gateway-engine/telemetry/traffic/traffic-book";
import { temporaryFolder } from "@gateway-engine/testkit/temporary-folder";
import { expect, onTestFinished, test } from "vitest";
import { QueueTraffic } from "../../src/traffic/queue-traffic.ts";

class Stage {
  readonly entries: TrafficEntry[] = [];
  readonly file: string;
  answer: QueueTrafficAnswer | undefined = pumpHasSent("a", 2, 200);

  constructor() {
    const folder = temporaryFolder("queue-traffic");
    onTestFinished(() => folder.remove());
    this.file = `${folder.path}/queue-traffic.json`;
  }

  /** Another one is what an engine that is started again has. */
  reader(): QueueTraffic {
    return new QueueTraffic({
      ask: async () => this.answer,
      book: { record: (entry) => this.entries.push(entry) },
      interface: () => "wwan0",
      onTheWire: ({ received, sent }) => ({ received: received + 40, sent: sent + 50 }),
      files: nodeFiles,
      file: this.file,
      clock: systemClock,
      log: silentLogger,
    });
  }

  get sent(): readonly number[] {
    return this.entries.map(({ sent }) => sent);
  }
}

test("what the queue has spent is entered with its headers, request by request", async () => {
  const stage = new Stage();
  await stage.reader().read(NEVER);
  expect(stage.entries).toEqual([
    {
      application: "acme pump 1",
      purpose: "forward",
      interface: "wwan0",
      requests: 2,
      sent: 200,
      received: 100,
      wireSent: 300,
      wireReceived: 180,
      exact: true,
    },
  ]);
});

test("nothing is entered twice, also by an engine that was started again", async () => {
  const stage = new Stage();
  const first = stage.reader();
  await first.read(NEVER);
  await first.read(NEVER);
  stage.answer = pumpHasSent("a", 3, 260);
  await first.read(NEVER);
  const second = stage.reader();
  await second.read(NEVER);
  stage.answer = pumpHasSent("a", 4, 300);
  await second.read(NEVER);
  expect(stage.sent).toEqual([200, 60, 40]);
});

test("a queue that was started again while nobody read is counted from its beginning", async () => {
  const stage = new Stage();
  await stage.reader().read(NEVER);
  stage.answer = pumpHasSent("b", 1, 90);
  await stage.reader().read(NEVER);
  expect(stage.sent).toEqual([200, 90]);
});

test("an older queue that does not count is no trouble", async () => {
  const stage = new Stage();
  stage.answer = undefined;
  await stage.reader().read(NEVER);
  expect(stage.entries).toEqual([]);
});

test("a reading that is kept no more, or is garbage, is like none", async () => {
  const stage = new Stage();
  await writeFile(stage.file, "{]");
  await stage.reader().read(NEVER);
  expect(stage.sent).toEqual([200]);
  expect(JSON.parse(await readFile(stage.file, "utf8"))).toEqual(stage.answer);
});

test("the server's clock is the queue's own expense", async () => {
  const stage = new Stage();
  const requests = [{ purpose: "timestamp", requests: 1, sent: 150, received: 120 }] as const;
  const accepted = { messages: 0, bytes: 0 };
  stage.answer = { life: "a", devices: [{ device: "acme pump 1", accepted, requests }] };
  await stage.reader().read(NEVER);
  expect(stage.entries.map(({ application }) => application)).toEqual(["gmq"]);
});

const NEVER = new AbortController().signal;

function pumpHasSent(life: string, requests: number, sent: number): QueueTrafficAnswer {
  const forward = { purpose: "forward", requests, sent, received: requests * 50 } as const;
  const accepted = { messages: requests, bytes: 10 * requests };
  return { life, devices: [{ device: "acme pump 1", accepted, requests: [forward] }] };
}
