/** More than one upstream, over HTTP and MQTT. */
import { once } from "node:events";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { TLSSocket } from "node:tls";
import { parseRecord } from "@gateway-engine/protocol/device-api";
import { createAuthority } from "@gateway-engine/testkit/certificates";
import { startScriptedMqttServer } from "@gateway-engine/testkit/mqtt/scripted-mqtt-server";
import { startRecordingDeviceServer } from "@gateway-engine/testkit/recording-device-server";
import { expect, test } from "vitest";
import { GmqProcess, makeRoot, runGmq } from "./gmq-process.ts";

const DEVICE = "product product upstreams";

test("each upstream gets everything, in its own time, with a CIK of its own, also after a restart", async () => {
  await using main = await startRecordingDeviceServer();
  const away = await startRecordingDeviceServer();
  await away.stop();
  await using root = await makeRoot(main.url, `[upstream:copy]\nurl = ${away.url}\n`);
  {
    await using gmq = await GmqProcess.start(root);
    for (const value of [1, 2, 3]) await gmq.write(DEVICE, `a=${value}`);
    await main.until(() => main.points.length === 3);
    await gmq.printed(/upstreams has no CIK yet: cannot reach/);
    let { upstreams } = await gmq.status();
    while (upstreams[0]?.queued !== 0 || upstreams[1]?.problem === null) ({ upstreams } = await gmq.status());
    expect(upstreams).toMatchObject([
      { name: "main", queued: 0, forwarded: 3, transport: "http", url: null, problem: null },
      {
        name: "copy",
        queued: 3,
        forwarded: 0,
        transport: "http",
        url: away.url,
        problem: expect.stringContaining("no CIK"),
      },
    ]);
    const { stdout } = await runGmq(root, "status");
    expect(stdout).toMatch(/^ {2}copy +queued 3, forwarded 0, set aside 0/m);
    await gmq.end("SIGKILL");
  }
  await using back = await startRecordingDeviceServer(away.port);
  await using gmq = await GmqProcess.start(root);
  await gmq.write(DEVICE, "a=4");
  await back.until(() => back.points.length === 4);
  await gmq.untilQueued(0);
  for (const server of [main, back])
    expect(server.points.map(({ value }) => String(value))).toEqual(["1", "2", "3", "4"]);
  back.revoke(back.ciks.get(DEVICE) ?? "");
  await gmq.write(DEVICE, "a=5");
  await back.until(() => back.points.length === 5);
  expect(back.points[4]?.cik).toBe(back.ciks.get(DEVICE));
});

test("an upstream that is added while gmq runs gets what comes from then on; one that is taken away holds nothing", async () => {
  await using main = await startRecordingDeviceServer();
  await using copy = await startRecordingDeviceServer();
  await using root = await makeRoot(main.url);
  await using gmq = await GmqProcess.start(root);
  await gmq.write(DEVICE, "a=1");
  await main.until(() => main.points.length === 1);
  const section = `[mqtt]\nlisten = off\n[server]\nlisten = 127.0.0.1:0\n`;
  await root.put(root.paths.gmqCfg, `${section}[upstream:copy]\nurl = ${copy.url}\n`);
  await gmq.post("/reread", "", {});
  await gmq.write(DEVICE, "a=2");
  await copy.until(() => copy.points.length === 1);
  expect(String(copy.points[0]?.value)).toBe("2");

  await copy.stop();
  await gmq.write(DEVICE, "a=3");
  await main.until(() => main.points.length === 3);
  await root.put(root.paths.gmqCfg, section);
  await gmq.post("/reread", "", {});
  await gmq.untilQueued(0);
  expect(await gmq.status()).toMatchObject({ upstreams: [{ name: "main", forwarded: 3 }] });
});

test("one CIK from a file serves all devices, and a new one in the file is taken when the old one is refused", async () => {
  await using server = await startRecordingDeviceServer();
  const [first, second] = ["a".repeat(40), "b".repeat(40)];
  server.admit(first);
  await using root = await makeRoot(
    "http://127.0.0.1:9",
    `[upstream:main]\nurl = ${server.url}\ncik_file = shared.cik\n`,
  );
  const file = join(root.paths.configDir, "shared.cik");
  await root.put(file, `${first}\n`);
  await using gmq = await GmqProcess.start({ ...root, env: { GWE_ROOT: root.paths.root } });
  await Promise.all([gmq.write("product product one", "a=1"), gmq.write("product product two", "a=2")]);
  await server.until(() => server.points.length === 2);
  server.revoke(first);
  server.admit(second);
  await root.put(file, `${second}\n`);
  await gmq.write("product product one", "a=3");
  await server.until(() => server.points.length === 3);
  expect(server.points.map(({ cik }) => cik)).toEqual([first, first, second]);
  // Both devices count from 1 under one CIK, so their numbers have names of their own.
  const names = server.calls.map(({ sequence }) => sequence?.split(":")[0]);
  expect(new Set(names).size).toBe(2);
});

test("over MQTT: activation, batches with their times, and bytes that no batch can carry", async () => {
  await using main = await startRecordingDeviceServer();
  await using broker = await startScriptedMqttServer({ identities: ["upstreams"] });
  await using root = await makeRoot(
    main.url,
    `[unq]\nbatch_record_period = 0\n[upstream:cloud]\nurl = ${broker.url}\ntransport = mqtt\n`,
  );
  await using gmq = await GmqProcess.start(root);
  await gmq.write(DEVICE, "a=1&b=%FF%00&a=gr%C3%BC%C3%9Fe");
  await gmq.post("/onep:v1/stack/alias/a", "1408088308.25=past", { "X-Exosite-VMS": DEVICE });
  await gmq.write(DEVICE, "a=last");
  await broker.storedCount(5);
  await gmq.untilQueued(0);
  expect(broker.stored.map(({ alias, value }) => [alias, value.toString("latin1")])).toEqual([
    ["a", "1"],
    ["b", "\xff\0"],
    ["a", Buffer.from("grüße").toString("latin1")],
    ["a", "past"],
    ["a", "last"],
  ]);
  expect(broker.stored.map(({ atMicros }) => typeof atMicros)).toEqual([
    "number",
    "undefined",
    "number",
    "number",
    "number",
  ]);
  expect(broker.stored[3]?.atMicros).toBe(1_408_088_308_250_000);
  await gmq.post("/onep:v1/stack/alias/a", "1408088309=%FF", { "X-Exosite-VMS": DEVICE });
  await gmq.printed(/cloud.*a message was set aside: the value is not text in UTF-8/);
  await gmq.untilQueued(0);
});

test("over MQTT, a line that drops, and a server that does not acknowledge, lose nothing", async () => {
  await using broker = await startScriptedMqttServer({ identities: ["upstreams"] });
  await using root = await makeRoot("", `[upstream:main]\nurl = ${broker.url}\ntransport = mqtt\ntimeout = 1\n`);
  await using gmq = await GmqProcess.start({ ...root, env: { GWE_ROOT: root.paths.root } });
  broker.setFates("drop-before", "withhold", "store");
  for (const value of [1, 2, 3]) await gmq.write(DEVICE, `a=${value}`);
  await gmq.untilQueued(0);
  const arrived = broker.stored.map(({ value }) => String(value));
  expect([...new Set(arrived)]).toEqual(["1", "2", "3"]);
});

test.each(["http", "mqtt"] as const)(
  "over TLS with a client certificate, by %s: no CIK is needed, and the server's authority is checked",
  async (transport) => {
    const authority = createAuthority();
    const tls = { ...authority.issue({ commonName: "localhost", hosts: ["localhost"] }), clientCa: authority.cert };
    const client = authority.issue({ commonName: "gateway-1" });
    await using cloud = await startSecureServer(transport, tls);
    const section = `[upstream:main]\nurl = ${cloud.url}\ntransport = ${transport}\ncertificate = gw.crt\nkey = gw.key\n`;
    await using root = await makeRoot("", `${section}ca = ca.crt\n`);
    const put = (name: string, text: string) => root.put(join(root.paths.configDir, name), text);
    await put("gw.crt", client.cert);
    await put("gw.key", client.key);
    await put("ca.crt", createAuthority("Another").cert);
    await using gmq = await GmqProcess.start({ ...root, env: { GWE_ROOT: root.paths.root } });
    await gmq.write(DEVICE, "a=1");
    await gmq.printed(/data waits: .*certificate/i);
    await put("ca.crt", authority.cert);
    await gmq.post("/reread", "", {});
    await gmq.untilQueued(0);
    expect(cloud.values()).toEqual(["gateway-1: a=1"]);
  },
);

interface SecureServer extends AsyncDisposable {
  readonly url: string;
  /** `<common name of the client>: <alias>=<value>` */
  values(): readonly string[];
}

async function startSecureServer(
  transport: "http" | "mqtt",
  tls: { readonly cert: string; readonly key: string; readonly clientCa: string },
): Promise<SecureServer> {
  if (transport === "mqtt") {
    const broker = await startScriptedMqttServer({ tls });
    const values = () => broker.stored.map(({ identity, alias, value }) => `${identity}: ${alias}=${value}`);
    return { url: broker.url, values, [Symbol.asyncDispose]: () => broker.stop() };
  }
  const seen: string[] = [];
  const options = { ...tls, ca: tls.clientCa, requestCert: true, rejectUnauthorized: true };
  const server = createServer(options, (request, response) => {
    const name = (request.socket as TLSSocket).getPeerCertificate().subject.CN;
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      for (const { alias, value } of parseRecord(Buffer.concat(chunks)) ?? []) {
        seen.push(`${name}: ${alias}=${Buffer.from(value)}`);
      }
      response.writeHead(request.headers["x-exosite-cik"] === undefined ? 204 : 400).end();
    });
  });
  server.listen(0, "localhost");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const stop = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url: `https://localhost:${port}`, values: () => seen, [Symbol.asyncDispose]: stop };
}
