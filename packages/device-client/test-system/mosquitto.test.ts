/** The MQTT client and Eclipse Mosquitto, which shares no code with it, understand each other. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { systemClock } from "@gateway-engine/platform/clock";
import { dialStream } from "@gateway-engine/platform/stream-dialer";
import { createAuthority } from "@gateway-engine/testkit/certificates";
import { freePort } from "@gateway-engine/testkit/free-port";
import { type LaunchedProgram, launchProgram, runProgram } from "@gateway-engine/testkit/launched-program";
import { type TemporaryFolder, temporaryFolder } from "@gateway-engine/testkit/temporary-folder";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CloudWrite, type MqttSessionOptions, openMqttSession } from "../src/mqtt/session.ts";

const TOKEN = "97eWgtm9Et5VxwuJT8NiOK7w27Ly2GS092oSxgpW";
const MOSQUITTO = "/usr/sbin/mosquitto";
const deps = { clock: systemClock, dial: dialStream };
const call = { signal: new AbortController().signal };
const authority = createAuthority();

let folder: TemporaryFolder;
let broker: LaunchedProgram;
let port: number;
let tlsPort: number;

beforeAll(async () => {
  folder = temporaryFolder("mosquitto");
  [port, tlsPort] = [await freePort(), await freePort()];
  const certificate = authority.issue({ commonName: "broker", hosts: ["localhost"] });
  for (const [name, text] of [
    ["ca.pem", authority.cert],
    ["cert.pem", certificate.cert],
    ["key.pem", certificate.key],
    ["mosquitto.conf", configuration()],
  ] as const) {
    await writeFile(join(folder.path, name), text, { mode: 0o644 });
  }
  broker = launchProgram(MOSQUITTO, ["-v", "-c", join(folder.path, "mosquitto.conf")]);
  await broker.printed(/ running\n/);
});

afterAll(async () => {
  await broker[Symbol.asyncDispose]();
  folder.remove();
});

/** Started by root, it would become another user, who may not read its key. */
function configuration(): string {
  return `user ${process.getuid?.() === 0 ? "root" : "nobody"}
per_listener_settings true
listener ${port} 127.0.0.1
allow_anonymous true
listener ${tlsPort} 127.0.0.1
cafile ${folder.path}/ca.pem
certfile ${folder.path}/cert.pem
keyfile ${folder.path}/key.pem
require_certificate true
use_identity_as_username true
`;
}

function open(options: Partial<MqttSessionOptions> = {}) {
  const server = `mqtt://127.0.0.1:${port}`;
  return openMqttSession(deps, { server, login: { token: TOKEN }, timeoutMs: 10_000, ...options }, call);
}

function subscriber(count: number) {
  const args = ["-h", "127.0.0.1", "-p", String(port), "-q", "1", "-i", "heard", "-C", String(count), "-v", "-t"];
  return launchProgram("/usr/bin/mosquitto_sub", [...args, "$resource/#", "-t", "$resource.batch"]);
}

describe("Mosquitto", () => {
  test("passes on what a session and gdc write, in order", async () => {
    const heard = subscriber(5);
    await broker.printed(/Sending SUBACK to heard/);
    const session = await open();
    for (const value of ["1", "", "ä & =\t%41"]) await session.publish("a", value, call);
    await session.publishBatch([{ alias: "b", value: "2", atMicros: 1_538_080_072_997_000 }], call);
    await session.close();
    const gdc = ["-H", `mqtt://127.0.0.1:${port}`, "-k", TOKEN, "mqtt", "write", "c", "3"];
    expect(await runProgram("gdc", gdc)).toMatchObject({ status: 0, stdout: "rc=0, mid=1: 3\n" });
    const { stdout } = await heard.ended;
    expect(stdout.trimEnd().split("\n")).toEqual([
      "$resource/a 1",
      "$resource/a (null)",
      "$resource/a ä & =\t%41",
      '$resource.batch [{"timestamp":1538080072997000,"values":{"b":"2"}}]',
      "$resource/c 3",
    ]);
  });

  test("is heard by a session, at QoS 1", async () => {
    const heard = Promise.withResolvers<CloudWrite>();
    const session = await open({ subscriptions: ["$resource/+/+"], onWrite: heard.resolve });
    const args = [
      "-h",
      "127.0.0.1",
      "-p",
      String(port),
      "-q",
      "1",
      "-t",
      "$resource/config_io/1538080072997000",
      "-m",
      "x y",
    ];
    expect(await runProgram("/usr/bin/mosquitto_pub", args)).toMatchObject({ status: 0 });
    expect(await heard.promise).toEqual({
      alias: "config_io",
      value: Buffer.from("x y"),
      atMicros: 1_538_080_072_997_000,
    });
    await session.close();
  });

  test("lets in a client certificate that it trusts, and no other", async () => {
    const server = `mqtts://localhost:${tlsPort}`;
    const known = authority.issue({ commonName: "42" });
    const session = await open({ server, login: "certificate", tls: { ...known, ca: authority.cert } });
    await session.publish("a", "1", call);
    await session.close();
    await broker.printed(/u'42'/);
    const stranger = createAuthority("Stranger").issue({ commonName: "42" });
    await expect(
      open({ server, login: "certificate", tls: { ...stranger, ca: authority.cert } }),
    ).rejects.toMatchObject({
      code: "E_TLS_REFUSED",
    });
    await expect(open({ server, login: "certificate", tls: { ca: authority.cert } })).rejects.toMatchObject({
      code: "E_TLS_REFUSED",
    });
  });

  test("ends, and the session with it", async () => {
    const session = await open();
    await broker.end("SIGTERM");
    expect(await session.closed).toMatchObject({ error: { code: "E_UNREACHABLE" } });
    await expect(session.publish("a", "1", call)).rejects.toMatchObject({ code: "E_UNREACHABLE" });
    await expect(open()).rejects.toMatchObject({ code: "E_UNREACHABLE" });
  });
});
