/** What gmq says its data has cost is what a relay between it and the server has seen. */
import { createHttpClient } from "@gateway-engine/platform/http-client";
import { GMQ_CONTROL_PATHS, type QueueTrafficAnswer } from "@gateway-engine/protocol/local-control";
import { startCountingRelay } from "@gateway-engine/testkit/counting-relay";
import { startRecordingDeviceServer } from "@gateway-engine/testkit/recording-device-server";
import { expect, test } from "vitest";
import { GmqProcess, type GmqRoot, makeRoot } from "./gmq-process.ts";

const PUMP = "acme pump 1";
const FAN = "acme fan 2";

test("the bytes that gmq counts are those that the line has carried, to the byte", async () => {
  await using server = await startRecordingDeviceServer();
  await using relay = await startCountingRelay(server.port);
  await using root = await makeRoot(`http://127.0.0.1:${relay.port}`);
  let lost = 0;
  server.fail(({ path }) => {
    if (path !== "/onep:v1/stack/record" || lost === 2) return undefined;
    lost += 1;
    return lost === 1 ? { kind: "answer", status: 503, body: "busy" } : { kind: "drop-after" };
  });
  await using gmq = await GmqProcess.start(root);

  const bodies = Array.from({ length: 30 }, (_, count) => `count=${count}&text=${"x".repeat(count * 50)}`);
  for (const body of bodies) {
    expect(await gmq.write(PUMP, body)).toBe(204);
    expect(await gmq.write(FAN, "speed=1")).toBe(204);
  }
  await gmq.untilQueued(0);

  const { devices } = await trafficOf(root);
  const pump = devices.find(({ device }) => device === PUMP);
  const fan = devices.find(({ device }) => device === FAN);
  expect(pump?.accepted).toEqual({ messages: 30, bytes: bodies.join("").length });
  expect(fan?.accepted).toEqual({ messages: 30, bytes: 30 * "speed=1".length });
  expect(lost).toBe(2);
  const all = devices.flatMap(({ requests }) => requests);
  expect(sum(all.map(({ sent }) => sent))).toBe(relay.sent);
  expect(sum(all.map(({ received }) => received))).toBe(relay.received);
  expect(pump?.requests.map(({ purpose }) => purpose).sort()).toEqual(["activate", "forward"]);
  expect(sentToForward(pump)).toBeGreaterThan(sentToForward(fan));
});

test("each life of gmq counts from nothing, under a name of its own", async () => {
  await using server = await startRecordingDeviceServer();
  await using root = await makeRoot(server.url);
  const first = await GmqProcess.start(root);
  await first.write(PUMP, "count=1");
  await first.untilQueued(0);
  const before = await trafficOf(root);
  await first.end("SIGTERM");
  await using _second = await GmqProcess.start(root);
  const after = await trafficOf(root);
  expect(before.devices.map(({ device }) => device)).toEqual([PUMP]);
  expect(after.devices).toEqual([]);
  expect(after.life).not.toBe(before.life);
});

test("the port that every program reaches does not tell the traffic", async () => {
  await using server = await startRecordingDeviceServer();
  await using root = await makeRoot(server.url);
  await using gmq = await GmqProcess.start(root);
  expect((await fetch(`${gmq.url}${GMQ_CONTROL_PATHS.traffic}`)).status).toBe(404);
});

async function trafficOf({ paths }: GmqRoot): Promise<QueueTrafficAnswer> {
  const http = createHttpClient();
  const url = `http://gmq${GMQ_CONTROL_PATHS.traffic}`;
  const signal = AbortSignal.timeout(10_000);
  const answer = await http.request({ method: "GET", url, socketPath: paths.gmqSocket, timeoutMs: 10_000, signal });
  const traffic = JSON.parse(await answer.text(1_048_576)) as QueueTrafficAnswer;
  http.close();
  return traffic;
}

function sentToForward(device: QueueTrafficAnswer["devices"][number] | undefined): number {
  return device?.requests.find(({ purpose }) => purpose === "forward")?.sent ?? 0;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
