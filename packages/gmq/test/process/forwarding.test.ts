import {
  type RecordingDeviceServer,
  startRecordingDeviceServer,
} from "@gateway-engine/testkit/recording-device-server";
import { expect, test } from "vitest";
import { GmqProcess, makeRoot, runGmq } from "./gmq-process.ts";

const DEVICE = "product product forwarding";

test("data is accepted while the server is absent, and arrives in order when it is back", async () => {
  const absent = await startRecordingDeviceServer();
  await absent.stop();
  await using root = await makeRoot(absent.url);
  await using gmq = await GmqProcess.start(root);
  for (let value = 1; value <= 20; value += 1) expect(await gmq.write(DEVICE, `count=${value}`)).toBe(204);

  await using server = await startRecordingDeviceServer(absent.port);
  await server.until(() => server.points.length >= 20);
  expect(valuesOf(server)).toEqual(Array.from({ length: 20 }, (_, index) => String(index + 1)));
});

test("values of one alias that are written in the same millisecond keep times of their own", async () => {
  await using server = await startRecordingDeviceServer();
  await using root = await makeRoot(server.url);
  await using gmq = await GmqProcess.start(root);
  await Promise.all(Array.from({ length: 50 }, (_, index) => gmq.write(DEVICE, `count=${index}&count=again`)));
  await server.until(() => server.points.length >= 100);
  const times = server.points.map(({ timestamp }) => timestamp ?? "");
  expect(new Set(times).size).toBe(100);
  expect(times.map(Number)).toEqual(times.map(Number).sort((a, b) => a - b));
});

test("a batch whose answer was lost is sent again with the same numbers, and the server stores it once", async () => {
  await using server = await startRecordingDeviceServer();
  await using root = await makeRoot(server.url);
  let lost = 0;
  server.fail(({ path }) => {
    if (path !== "/onep:v1/stack/record" || lost === 2) return undefined;
    lost += 1;
    return { kind: "drop-after" };
  });
  await using gmq = await GmqProcess.start(root);
  await gmq.write(DEVICE, "a=1&b=2");
  await server.until(() => recordsSeen(server).length >= 3);
  const records = recordsSeen(server);
  expect(new Set(records.map(({ sequence }) => sequence)).size).toBe(1);
  expect(records[0]?.sequence).toMatch(/^[0-9a-f]{16}\.\d+:1-2$/);
  expect(valuesOf(server)).toEqual(["1", "2"]);
});

test("a CIK that the server refuses is renewed at once, and the same data is sent with the new one", async () => {
  await using server = await startRecordingDeviceServer();
  await using root = await makeRoot(server.url);
  await using gmq = await GmqProcess.start(root);
  await gmq.write(DEVICE, "count=1");
  await server.until(() => server.points.length === 1);
  server.revoke(server.ciks.get(DEVICE) ?? "");

  await gmq.write(DEVICE, "count=2");
  await server.until(() => server.points.length === 2);
  expect(valuesOf(server)).toEqual(["1", "2"]);
  expect(server.points[1]?.cik).toBe(server.ciks.get(DEVICE));
  expect(server.points[1]?.cik).not.toBe(server.points[0]?.cik);
});

test("a message that the server refuses for good is set aside, and the rest goes on", async () => {
  await using server = await startRecordingDeviceServer();
  await using root = await makeRoot(server.url);
  server.fail(({ path, body }) => {
    if (path.startsWith("/provision")) return undefined;
    return body.includes("poison") ? { kind: "answer", status: 400, body: "no poison, please" } : undefined;
  });
  await using gmq = await GmqProcess.start(root);
  await Promise.all(["1", "2", "poison", "4", "5"].map((value) => gmq.write(DEVICE, `count=${value}`)));
  await server.until(() => server.points.length === 4);
  expect(valuesOf(server).sort()).toEqual(["1", "2", "4", "5"]);
  await gmq.printed(/a message was set aside: the server answered 400: no poison, please/);
  const { stdout } = await runGmq(root, "status", "--json");
  expect(JSON.parse(stdout)).toMatchObject({ queued: 0, setAside: 1 });
});

test("a server that is busy is given the time that it asks for", async () => {
  await using server = await startRecordingDeviceServer();
  await using root = await makeRoot(server.url);
  let busyAt = 0;
  server.fail(({ path }) => {
    if (path.startsWith("/provision") || busyAt > 0) return undefined;
    busyAt = performance.now();
    return { kind: "answer", status: 503, headers: { "Retry-After": "2" } };
  });
  await using gmq = await GmqProcess.start(root);
  await gmq.write(DEVICE, "count=1");
  await server.until(() => server.points.length === 1);
  expect(performance.now() - busyAt).toBeGreaterThan(1900);
});

test("an older server that takes one point a second gets each value in a second of its own", async () => {
  await using server = await startRecordingDeviceServer();
  await using root = await makeRoot(server.url);
  const taken = new Set<number>();
  server.fail(({ path, body }) => {
    if (path.startsWith("/provision")) return undefined;
    const seconds = [...body.toString().matchAll(/(\d{10})(?:\.\d+)?=/g)].map((match) => match[1] ?? "");
    const refused = seconds.filter((second, index) => taken.has(Number(second)) || seconds.indexOf(second) !== index);
    if (refused.length > 0) return { kind: "answer", status: 409, body: `count=${refused.join(",")}` };
    for (const second of seconds) taken.add(Number(second));
    return undefined;
  });
  await using gmq = await GmqProcess.start(root);
  // Its values are moved ahead of the clock, so that the second message is queued at an earlier time than theirs.
  await gmq.write(DEVICE, "count=1&count=2&count=3&count=4&count=5");
  await gmq.write(DEVICE, "count=6");
  await server.until(() => server.points.length === 6);
  expect(valuesOf(server)).toEqual(["1", "2", "3", "4", "5", "6"]);
  const seconds = server.points.map(({ timestamp }) => Math.floor(Number(timestamp)));
  expect(new Set(seconds).size).toBe(6);
  expect(seconds).toEqual([...seconds].sort((a, b) => a - b));
});

test("records wait for company until the period is over; a write takes them along", async () => {
  await using server = await startRecordingDeviceServer();
  await using root = await makeRoot(server.url, "[unq]\nbatch_record_period = 3600\n");
  await using gmq = await GmqProcess.start(root);
  const record = (body: string) => gmq.post("/onep:v1/stack/alias/log", body, { "X-Exosite-VMS": DEVICE });
  await record("100=first");
  await server.until(() => server.points.length === 1);
  await record("200=second");
  await record("300=third");
  expect(server.points.length).toBe(1);
  await gmq.write(DEVICE, "count=1");
  await server.until(() => server.points.length === 4);
  expect(valuesOf(server)).toEqual(["first", "second", "third", "1"]);
  expect(recordsSeen(server).length).toBe(2);
});

function valuesOf(server: RecordingDeviceServer): string[] {
  return server.points.map(({ value }) => String(value));
}

function recordsSeen(server: RecordingDeviceServer) {
  return server.calls.filter(({ path }) => path === "/onep:v1/stack/record");
}
