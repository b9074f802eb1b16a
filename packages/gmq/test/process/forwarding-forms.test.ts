/** The forms of the record API, chosen by what the server takes. */
import { startRecordingDeviceServer } from "@gateway-engine/testkit/recording-device-server";
import { expect, test } from "vitest";
import { GmqProcess, makeRoot } from "./gmq-process.ts";

const DEVICE = "product product forms";
const AT_ONCE = "[unq]\nbatch_record_period = 0\n";
const RECORD = "/onep:v1/stack/record";

test.each([404, 405, 501])("a server that answers %i to the newer form gets each alias by itself", async (status) => {
  await using server = await startRecordingDeviceServer();
  await using root = await makeRoot(server.url);
  let failed = 0;
  server.fail(({ path }) => {
    if (path === RECORD) return { kind: "answer", status };
    if (path.endsWith("/b") && failed === 0) {
      failed = 1;
      return { kind: "drop-before" };
    }
    return undefined;
  });
  await using gmq = await GmqProcess.start(root);
  await gmq.write(DEVICE, "a=1&b=1&a=2&c=%26%00&b=2");
  await server.until(() => server.points.length >= 5);
  await gmq.write(DEVICE, "a=3&b=3");
  await server.until(() => server.points.length >= 7);
  await gmq.untilQueued(0);

  const valuesOf = (alias: string) =>
    server.points.filter((point) => point.alias === alias).map(({ value }) => String(value));
  expect([valuesOf("a"), valuesOf("b"), valuesOf("c")]).toEqual([["1", "2", "3"], ["1", "2", "3"], ["&\0"]]);
  // What the server turned out to take is remembered: only the first send asked for the newer form.
  expect(server.calls.filter(({ path }) => path === RECORD).length).toBe(1);
});

test("a server that takes plain writes only gets what is fresh so, and what is not is set aside", async () => {
  await using server = await startRecordingDeviceServer();
  await using root = await makeRoot(server.url, AT_ONCE);
  server.fail(({ path }) => (/record$|alias\//.test(path) ? { kind: "answer", status: 404 } : undefined));
  await using gmq = await GmqProcess.start(root);
  await gmq.write(DEVICE, "a=1&a=2&b=3");
  await gmq.untilQueued(0);
  expect(server.points.map(({ alias, value, timestamp }) => [alias, String(value), timestamp])).toEqual([
    ["a", "1", undefined],
    ["a", "2", undefined],
    ["b", "3", undefined],
  ]);
  await gmq.post("/onep:v1/stack/alias/a", "100=old", { "X-Exosite-VMS": DEVICE });
  await gmq.printed(/a message was set aside: the server takes plain writes only/);
  await gmq.untilQueued(0);
});

test("the form can be prescribed", async () => {
  await using server = await startRecordingDeviceServer();
  await using root = await makeRoot(server.url, "[upstream:main]\nrecord = alias\n");
  await using gmq = await GmqProcess.start(root);
  await gmq.write(DEVICE, "a=1&a=2");
  await gmq.untilQueued(0);
  expect(server.calls.map(({ path }) => path)).toEqual(["/provision/activate", "/onep:v1/stack/alias/a"]);
  expect(server.calls[1]?.sequence).toMatch(/:1-2$/);
});
