import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { runProgram } from "@gateway-engine/testkit/launched-program";
import {
  type RecordingDeviceServer,
  startRecordingDeviceServer,
} from "@gateway-engine/testkit/recording-device-server";
import { expect, test } from "vitest";
import { GmqProcess, type GmqRoot, makeRoot, runGmq, WITH_MQTT } from "./gmq-process.ts";
import { connectMqtt, cutOff, nextMessage } from "./mqtt-client.ts";

const GATEWAY_CIK = "7f091cf4b16de3fb3172c253eb35109a6992d76b";
const OTHER_CIK = "0f091cf4b16de3fb3172c253eb35109a6992d760";

async function giveIdentity(root: GmqRoot, cik = GATEWAY_CIK): Promise<void> {
  const lines = ["[device]", `cik = ${cik}`, "model = gw", "vendor = gw", "uuid = 00:2F", "iface ="];
  await root.put(root.paths.gatewayCfg, `${lines.join("\n")}\n`);
}

/** Points as `<cik or device> <alias>=<value>`. */
function arrivedAt(server: RecordingDeviceServer): readonly string[] {
  const names = new Map([...server.ciks].map(([name, cik]) => [cik, name]));
  return server.points.map(({ cik, alias, value }) => `${names.get(cik) ?? cik} ${alias}=${value}`);
}

test("what is published is forwarded as the data of whom the login or a rule says, else of the gateway", async () => {
  await using server = await startRecordingDeviceServer();
  const rules = [
    "[mqtt:sensor]\ntopic = sensors/+/temperature\ndevice = {1}\nproduct = weather\nalias = temperature",
    "[mqtt:zigbee]\ntopic = zigbee2mqtt/+\nformat = json\nalias = {1}.{key}",
  ];
  await using root = await makeRoot(server.url, `${WITH_MQTT}${rules.join("\n")}\n`);
  await giveIdentity(root);
  server.admit(GATEWAY_CIK);
  server.admit(OTHER_CIK);
  await using gmq = await GmqProcess.start(root);
  await using plain = await connectMqtt(gmq.mqttUrl);
  await plain.publishAsync("room/temperature", "21 & 5%", { qos: 1 });
  await plain.publishAsync("zigbee2mqtt/door", '{"open":true,"battery":null}', { qos: 2 });
  await plain.publishAsync("sensors/cellar/temperature", Buffer.from([0, 255]), { qos: 1 });
  await plain.publishAsync("local/chatter", "1", { qos: 1 });
  await using device = await connectMqtt(gmq.mqttUrl, { username: "acme pump no 7" });
  await device.publishAsync("pressure", "3", { qos: 0 });
  await using token = await connectMqtt(gmq.mqttUrl, { username: "", password: OTHER_CIK });
  const batch = [{ timestamp: 1538080072997000, values: { level: 4 } }];
  await token.publishAsync("$resource.batch", JSON.stringify(batch), { qos: 1 });
  await token.publishAsync("$resource/level", "5", { qos: 1 });

  await server.until(() => server.points.length === 6);
  expect(arrivedAt(server).toSorted()).toEqual(
    [
      `${GATEWAY_CIK} room/temperature=21 & 5%`,
      `${GATEWAY_CIK} door.open=true`,
      "weather weather cellar temperature=\0\u{fffd}",
      "acme pump no 7 pressure=3",
      `${OTHER_CIK} level=4`,
      `${OTHER_CIK} level=5`,
    ].toSorted(),
  );
  const cellar = server.points.find(({ alias }) => alias === "temperature");
  expect(cellar?.value).toEqual(Buffer.from([0, 255]));
  expect(server.points.find(({ value }) => String(value) === "4")?.timestamp).toBe("1538080072.997000");
}, 60_000);

test("a device asks for its token, and sends with it", async () => {
  await using server = await startRecordingDeviceServer();
  await using root = await makeRoot(server.url, `${WITH_MQTT}product = thermostat\n`);
  await using gmq = await GmqProcess.start(root);
  await using anonymous = await connectMqtt(gmq.mqttUrl);
  const answer = nextMessage(anonymous);
  await anonymous.publishAsync("$provision/t-1", "", { qos: 1 });
  const { topic, payload: token } = await answer;
  expect([topic, String(token)]).toEqual(["$provision/t-1", server.ciks.get("thermostat thermostat t-1")]);
  await using device = await connectMqtt(gmq.mqttUrl, { username: "", password: String(token) });
  await device.publishAsync("$resource/temperature", "20", { qos: 1 });
  await server.until(() => server.points.length === 1);
  expect(arrivedAt(server)).toEqual(["thermostat thermostat t-1 temperature=20"]);
});

test("what comes while the gateway has no identity is kept, shown as its own, and sent when it has one", async () => {
  await using server = await startRecordingDeviceServer();
  server.admit(GATEWAY_CIK);
  await using root = await makeRoot(server.url, WITH_MQTT);
  await using gmq = await GmqProcess.start(root);
  await using client = await connectMqtt(gmq.mqttUrl);
  await client.publishAsync("early", "1", { qos: 1 });
  await gmq.printed(/the gateway itself has no CIK yet: it has no identity yet/);
  expect((await runGmq(root, "peek")).stdout).toMatch(/ the gateway itself {2}write {2}early=1\n$/);

  await giveIdentity(root);
  await server.until(() => server.points.length === 1);
  expect(arrivedAt(server)).toEqual([`${GATEWAY_CIK} early=1`]);
}, 60_000);

test("whatever was acknowledged arrives, though gmq is killed between acknowledging and forwarding", async () => {
  await using server = await startRecordingDeviceServer();
  server.admit(GATEWAY_CIK);
  await using root = await makeRoot("http://127.0.0.1:9", WITH_MQTT);
  await giveIdentity(root);
  const acknowledged: string[] = [];
  for (let kill = 0; kill < 2; kill += 1) {
    await using gmq = await GmqProcess.start(root);
    const clients = await Promise.all([0, 1, 2].map(() => connectMqtt(gmq.mqttUrl, { reconnectPeriod: 0 })));
    const sending = clients.flatMap((client, who) =>
      Array.from({ length: 250 }, async (_none, index) => {
        const value = `${kill}-${who}-${index}`;
        await client.publishAsync(`t/${who}`, value, { qos: who === 2 ? 2 : 1 });
        acknowledged.push(value);
      }),
    );
    const before = acknowledged.length;
    while (acknowledged.length < before + 250) await sleep(1);
    await gmq.end("SIGKILL");
    for (const client of clients) void client.endAsync(true);
    await Promise.allSettled(sending);
  }
  await using gmq = await GmqProcess.start({ ...root, env: { ...root.env, GWE_SERVER: server.url } });
  await using client = await connectMqtt(gmq.mqttUrl);
  await client.publishAsync("last", "last", { qos: 1 });
  await server.until(() => server.points.at(-1)?.alias === "last");
  const arrived = server.points.map(({ value }) => String(value));
  expect(acknowledged.length).toBeGreaterThan(400);
  expect(acknowledged.filter((value) => !arrived.includes(value))).toEqual([]);
  for (const run of ["0-0", "1-1", "1-2"]) {
    const numbers = arrived.filter((value) => value.startsWith(`${run}-`)).map((value) => Number(value.split("-")[2]));
    expect(numbers).toEqual(numbers.map((_number, index) => index));
  }
}, 90_000);

test("rules and the port are taken over while gmq runs, and a wrong rule leaves the old ones in force", async () => {
  await using root = await makeRoot("http://127.0.0.1:9", WITH_MQTT);
  await using gmq = await GmqProcess.start(root);
  await using client = await connectMqtt(gmq.mqttUrl, { reconnectPeriod: 0 });
  const change = async (gmqCfg: string) => {
    await root.put(root.paths.gmqCfg, `${gmqCfg}\n[server]\nlisten = 127.0.0.1:0\n`);
    return (await gmq.post("/reread", "", {})).status;
  };
  expect(await change(`${WITH_MQTT}[mqtt:quiet]\ntopic = chatter/#\nignore = yes`)).toBe(204);
  await client.publishAsync("chatter/x", "1", { qos: 1 });
  expect((await gmq.status()).queued).toBe(0);

  const wrong = await runGmq(root, "cfg", "set", "mqtt:quiet", "ttl", "soon");
  expect([wrong.status, wrong.stderr]).toEqual([78, expect.stringMatching(/gmq\.cfg, line \d+: ttl is "soon"/)]);
  expect(await change(`${WITH_MQTT}[mqtt:quiet]\ntopic = other\nttl = soon`)).toBe(400);
  await client.publishAsync("chatter/x", "1", { qos: 1 });
  expect((await gmq.status()).queued).toBe(0);

  const closed = cutOff(client);
  expect(await change("[mqtt]\nlisten = off")).toBe(204);
  await closed;
  await expect(connectMqtt(gmq.mqttUrl, { reconnectPeriod: 0 })).rejects.toThrow();
}, 60_000);

test("a port that is taken is the end of gmq when it was set by hand", async () => {
  const taken = createServer().listen(0, "127.0.0.1");
  await once(taken, "listening");
  const address = taken.address();
  const port = typeof address === "object" ? address?.port : 0;
  await using root = await makeRoot("http://127.0.0.1:9", `[mqtt]\nlisten = 127.0.0.1:${port}\n`);
  const { status, stderr } = await runProgram("gmq", [], { env: root.env });
  expect(status).toBe(69);
  expect(stderr).toMatch(
    new RegExp(`^gmq: 127.0.0.1:${port} is in use by another program; .*section \\[mqtt\\] of .*\n$`),
  );
  await new Promise((resolve) => taken.close(resolve));
});

test("the usual port being taken is a warning only", async () => {
  await using root = await makeRoot("http://127.0.0.1:9");
  await writeFile(root.paths.gmqCfg, "[server]\nlisten = 127.0.0.1:0\n");
  const holder = createServer();
  // When another program of this machine has the port, the better.
  await new Promise<void>((resolve) => {
    holder.once("error", () => resolve());
    holder.listen(1883, "127.0.0.1", () => resolve());
  });
  try {
    await using gmq = await GmqProcess.start(root);
    expect(gmq.output).toMatch(
      /WARNING-gmq:mqtt ::> MQTT is not taken in: 127\.0\.0\.1:1883 is in use by another program/,
    );
    expect(await gmq.write("v m s", "a=1")).toBe(204);
  } finally {
    holder.close();
  }
});
