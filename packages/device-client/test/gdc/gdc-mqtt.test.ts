import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createAuthority } from "@gateway-engine/testkit/certificates";
import { launchProgram, runProgram } from "@gateway-engine/testkit/launched-program";
import { type ScriptedMqttServer, startScriptedMqttServer } from "@gateway-engine/testkit/mqtt/scripted-mqtt-server";
import { type TemporaryFolder, temporaryFolder } from "@gateway-engine/testkit/temporary-folder";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

const TOKEN = "97eWgtm9Et5VxwuJT8NiOK7w27Ly2GS092oSxgpW";
let folder: TemporaryFolder;
let server: ScriptedMqttServer;

beforeEach(async () => {
  folder = temporaryFolder("gdc-mqtt");
  server = await startScriptedMqttServer({ identities: ["4321"], tokens: { known: TOKEN } });
});

afterEach(async () => {
  await server.stop();
  folder.remove();
});

function launch(args: readonly string[]) {
  return launchProgram("gdc", args, { cwd: folder.path, env: { GWE_ROOT: folder.path } });
}

function gdc(args: readonly string[]) {
  return runProgram("gdc", args, { cwd: folder.path, env: { GWE_ROOT: folder.path } });
}

function asDevice(args: readonly string[]) {
  return gdc(["-H", server.url, "-k", TOKEN, "mqtt", ...args]);
}

describe("gdc mqtt", () => {
  test("activate prints the token and keeps it in the Device INI, with which the device then writes", async () => {
    await writeFile(
      join(folder.path, "device.ini"),
      `[device]\nmurano_host = ${server.url}/\nmurano_id = 4321\ndebug\n`,
    );
    const activated = await gdc(["-f", "device.ini", "mqtt", "activate"]);
    expect(activated).toMatchObject({ status: 0, stderr: "" });
    const token = activated.stdout.trim();
    expect(await readFile(join(folder.path, "device.ini"), "utf8")).toBe(
      `[device]\nmurano_host = ${server.url}/\nmurano_id = 4321\ndebug\nmurano_token = ${token}\n`,
    );
    const written = await gdc(["-f", "device.ini", "mqtt", "publish", "$resource/data_in", '{"a": "3.14"}']);
    expect(written).toEqual({ status: 0, stdout: 'rc=0, mid=1: {"a": "3.14"}\n', stderr: "" });
    expect(server.stored).toMatchObject([{ identity: "4321", alias: "data_in", value: Buffer.from('{"a": "3.14"}') }]);
  });

  test("write and batch store values, a batch with their times", async () => {
    expect(await asDevice(["write", "temperature", "-1.5"])).toMatchObject({
      stdout: "rc=0, mid=1: -1.5\n",
      status: 0,
    });
    const batch = await asDevice(["batch", "1526046488", "a", "1", "1526046488.25", "b", "2"]);
    expect(batch).toMatchObject({ status: 0, stderr: "" });
    expect(server.stored.slice(1)).toMatchObject([
      { alias: "a", value: Buffer.from("1"), atMicros: 1_526_046_488_000_000 },
      { alias: "b", value: Buffer.from("2"), atMicros: 1_526_046_488_250_000 },
    ]);
  });

  test("publish takes a batch as it is written", async () => {
    const payload = '[{"timestamp":1526046488, "values": {"temperature": 98.7}}]';
    expect(await asDevice(["publish", "$resource.batch", payload])).toMatchObject({ status: 0 });
    expect(server.stored).toMatchObject([{ alias: "temperature", atMicros: 1_526_046_488_000_000 }]);
  });

  test("subscribe prints what the cloud side writes, comes back after the line dropped, and ends when it is told to", async () => {
    server.write("known", "config_io", "first", 1_528_215_003_884_000);
    const subscription = launch(["-H", server.url, "-k", TOKEN, "mqtt", "subscribe"]);
    await subscription.printed(/^config_io\.1528215003884000=first\n/);
    server.drop();
    await subscription.printed(/the connection was closed by the other side; connecting again\n/);
    server.write("known", "update_interval", "60", 1_528_215_003_885_000);
    await subscription.printed(/\nupdate_interval\.1528215003885000=60\n/);
    expect(await subscription.end("SIGTERM")).toMatchObject({ status: 0 });
  });

  test("watch prints what is on the watchlist, for as long as it is told to", async () => {
    const device = `murano_host = ${server.url}\nmurano_id = known\nmurano_token = ${TOKEN}\nwatchlist = b, c\n`;
    await writeFile(join(folder.path, "device.ini"), device);
    for (const alias of ["a", "b", "c"]) server.write("known", alias, "x", 1_528_215_003_884_000);
    const watched = await gdc(["-f", "device.ini", "--disconnect-after", "1", "mqtt", "watch"]);
    expect(watched).toEqual({ status: 0, stdout: "b.1528215003884000=x\nc.1528215003884000=x\n", stderr: "" });
  });

  test.each([
    [["-u", "stranger", "mqtt", "activate"], 77, /did not activate stranger: it hung up/],
    [["-k", "x".repeat(40), "mqtt", "write", "a", "1"], 77, /the server does not accept this device's CIK/],
    [["-k", TOKEN, "mqtt", "write", "a/b", "1"], 64, /"a\/b" is not an alias/],
    [["-k", TOKEN, "mqtt", "publish", "$nobody/knows", "1"], 69, /the connection was closed by the other side/],
  ])("%j ends with one line on standard error and status %i", async (args, status, message) => {
    const outcome = await gdc(["-H", server.url, ...args]);
    expect(outcome).toMatchObject({ status, stdout: "" });
    expect(outcome.stderr).toMatch(message);
    expect(outcome.stderr.trimEnd().split("\n")).toHaveLength(1);
  });
});

describe("gdc mqtt over TLS", () => {
  const authority = createAuthority();
  const certificate = authority.issue({ commonName: "server", hosts: ["localhost"] });

  async function keep(name: string, text: string): Promise<string> {
    await writeFile(join(folder.path, name), text);
    return name;
  }

  test("logs in with a client certificate, and trusts the authority that it is told to trust", async () => {
    const client = authority.issue({ commonName: "42" });
    await using secure = await startScriptedMqttServer({ tls: { ...certificate, clientCa: authority.cert } });
    const ca = await keep("ca.pem", authority.cert);
    const shown = ["-C", await keep("cert.pem", client.cert), "-K", await keep("key.pem", client.key)];
    const outcome = await gdc(["-H", secure.url, "-E", ca, ...shown, "mqtt", "write", "a", "1"]);
    expect(outcome).toMatchObject({ status: 0, stderr: "" });
    expect(secure.stored).toMatchObject([{ identity: "42", alias: "a" }]);
  });

  test("talks to no server whose certificate it does not trust", async () => {
    await using secure = await startScriptedMqttServer({ tokens: { known: TOKEN }, tls: certificate });
    const outcome = await gdc(["-H", secure.url, "-k", TOKEN, "mqtt", "write", "a", "1"]);
    expect(outcome.stderr).toMatch(/^gdc: the certificate of localhost:\d+ is not trusted/);
    expect(outcome.status).toBe(69);
    expect(secure.logins).toBe(0);
  });

  test("says so when the server does not accept the client certificate", async () => {
    const stranger = createAuthority("Stranger").issue({ commonName: "42" });
    await using secure = await startScriptedMqttServer({ tls: { ...certificate, clientCa: authority.cert } });
    const ca = await keep("ca.pem", authority.cert);
    const shown = ["-C", await keep("cert.pem", stranger.cert), "-K", await keep("key.pem", stranger.key)];
    const outcome = await gdc(["-H", secure.url, "-E", ca, ...shown, "mqtt", "write", "a", "1"]);
    expect(outcome.stderr).toMatch(/client certificate/);
    expect(outcome.status).toBe(69);
  });
});
