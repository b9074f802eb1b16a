import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { inspect } from "node:util";
import { TransportError } from "@gateway-engine/core/errors";
import type { HttpClient } from "@gateway-engine/core/http";
import { nodeFiles } from "@gateway-engine/platform/files";
import { createHttpClient } from "@gateway-engine/platform/http-client";
import { freePort } from "@gateway-engine/testkit/free-port";
import {
  answer,
  type Script,
  type ScriptedHttpServer,
  startScriptedHttpServer,
} from "@gateway-engine/testkit/scripted-http-server";
import { temporaryFolder } from "@gateway-engine/testkit/temporary-folder";
import { afterAll, afterEach, expect, test } from "vitest";
import { Device } from "../../src/exo/device.ts";
import { ExositeAPI } from "../../src/exo/exosite-api.ts";

const CIK = "f1d4f10f3ca413caa08bba34c91d095d010bcd32";
const http = createHttpClient();
const folder = temporaryFolder("exo");
const servers: ScriptedHttpServer[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
});
afterAll(() => {
  http.close();
  folder.remove();
});

async function apiOf(script: Script) {
  const server = await startScriptedHttpServer(script);
  servers.push(server);
  return { api: new ExositeAPI({ http }, { cik: CIK, url: server.url }), server };
}

test("values are written, alone and together", async () => {
  const { api, server } = await apiOf([answer({ status: 204 })]);
  expect(await api.httpWrite("temperature", 21.5)).toMatchObject({ success: true, code: 204, body: "" });
  await api.httpWriteMultiple({ a: "x&y", b: Uint8Array.of(255) });
  expect(server.requests.map(({ body }) => body.toString())).toEqual(["temperature=21.5", "a=x%26y&b=%FF"]);
  expect(server.requests[0]).toMatchObject({ method: "POST", target: "/onep:v1/stack/alias" });
  expect(server.requests[0]?.headers["x-exosite-cik"]).toBe(CIK);
});

test("values are read, as one text and one by one", async () => {
  const { api, server } = await apiOf([answer({ body: "a=1%262&b=3" })]);
  const handler = await api.httpRead(["a", "b"]);
  expect(handler).toMatchObject({ success: true, body: "a=1&2&b=3" });
  expect([...handler.values]).toEqual([
    ["a", "1&2"],
    ["b", "3"],
  ]);
  expect(server.requests[0]?.target).toBe("/onep:v1/stack/alias?a&b");
});

test("a read of nothing is refused with the original's words", async () => {
  const { api } = await apiOf([answer({})]);
  await expect(api.httpRead([])).rejects.toThrow("Tried to read from Exosite, but no alias given");
});

test("a write and a read go out as one request", async () => {
  const { api, server } = await apiOf([answer({ body: "cmd=go" })]);
  expect((await api.httpReadWrite(["cmd"], { status: "ok" })).body).toBe("cmd=go");
  expect(server.requests[0]).toMatchObject({ method: "POST", target: "/onep:v1/stack/alias?cmd" });
});

test("a long poll asks the server to wait, and says when nothing came", async () => {
  const { api, server } = await apiOf([answer({ status: 304 })]);
  expect(await api.httpLongPoll("cmd", 500, 1_408_088_412)).toMatchObject({ code: 304, body: "Not modified" });
  expect(server.requests[0]?.headers).toMatchObject({ "request-timeout": "500", "if-modified-since": "1408088412" });
});

test("records go out in both forms, and collisions come back", async () => {
  const { api, server } = await apiOf([answer({ status: 204 }), answer({ status: 409, body: "a=1,2" })]);
  expect(await api.httpRecord([{ alias: "a", timestamp: "1", value: "x" }])).toMatchObject({ success: true });
  expect((await api.httpRecordAlias("a", { 1: "x", 2: "y" })).getConflictTimestamps().get("a")).toEqual([1, 2]);
  expect(server.requests.map(({ target, body }) => [target, body.toString()])).toEqual([
    ["/onep:v1/stack/record", "alias=a&1=x"],
    ["/onep:v1/stack/alias/a", "1=x&2=y"],
  ]);
});

test("the clock and the content area answer as the server does", async () => {
  const { api, server } = await apiOf([
    answer({ body: "1408088308" }),
    answer({ body: "a.v1.tar.gz\r\n" }),
    answer({ body: "text/plain,5,1,\n" }),
    answer({ status: 206, body: "ell", headers: { "Content-Range": "bytes 1-3/5" } }),
  ]);
  expect((await api.httpTimestamp()).body).toBe("1408088308");
  expect((await api.httpListContent()).body).toBe("a.v1.tar.gz\r\n");
  expect((await api.httpGetContentInfo("a")).body).toBe("text/plain,5,1,\n");
  const part = await api.httpGetContent("a", "1-3");
  expect([part.code, Buffer.from(part.bytes).toString()]).toEqual([206, "ell"]);
  expect(server.requests.map(({ target }) => target)).toEqual([
    "/timestamp",
    "/provision/download",
    "/provision/download?id=a&info=true",
    "/provision/download?id=a",
  ]);
  expect(server.requests[3]?.headers["range"]).toBe("bytes=1-3");
});

test("a server that is not there is code 0, with the reason", async () => {
  const api = new ExositeAPI({ http }, { cik: CIK, url: `http://127.0.0.1:${await freePort()}` });
  const handler = await api.httpWrite("a", "1");
  expect(handler).toMatchObject({ code: 0, success: false });
  expect(handler.body).toMatch(/^cannot reach .*: connection refused$/);
  expect(api.online).toBe(false);
  expect(await api.httpActivate("v", "m", "s")).toMatchObject({ code: 0, body: "Request timed out" });
});

test.each([
  ["192.168.10.242:443", "https://192.168.10.242:443"],
  ["m2.exosite.com", "https://m2.exosite.com"],
  ["fleet.test:80", "http://fleet.test:80"],
  ["localhost:8090", "http://localhost:8090"],
  ["127.0.0.1:8090", "http://127.0.0.1:8090"],
  ["[::1]:8090", "http://[::1]:8090"],
  ["127.example.com:8090", "https://127.example.com:8090"],
  ["https://localhost:8090", "https://localhost:8090"],
])("the url %s is reached at %s", async (url, server) => {
  const asked: string[] = [];
  const recording: HttpClient = {
    request: async (request) => {
      asked.push(request.url);
      throw new TransportError("E_UNREACHABLE", { server: request.url, reason: "it is only recorded" });
    },
  };
  await new ExositeAPI({ http: recording }, { url }).httpTimestamp();
  expect(asked).toEqual([`${server}/timestamp`]);
});

test.each(["", "ftp://fleet.test", "fleet.test:99999"])("the url %j is refused", (url) => {
  expect(() => new ExositeAPI({ http }, { url })).toThrow(`"${url}" is no address such as`);
});

test("an object that is printed does not show its CIK", () => {
  expect(inspect(new ExositeAPI({ http }, { cik: CIK, url: "fleet.test" }), { showHidden: true })).not.toContain(CIK);
});

async function deviceOf(script: Script, cfg: string) {
  const server = await startScriptedHttpServer(script);
  servers.push(server);
  const cfgFile = join(folder.path, "device.cfg");
  await writeFile(cfgFile, cfg);
  const device = await Device.open({ http, files: nodeFiles }, { userAgent: "my-app/1.0", cfgFile, url: server.url });
  return { device, server, cfgFile };
}

test.each([
  ["with", "[device]\ncik = ''\nvendor = acme\nmodel = box\nuuid = 42\n"],
  ["without", "cik = ''\nvendor = acme\nmodel = box\nuuid = 42\n"],
])("a device activates itself from a file %s the header, and keeps its CIK there", async (_how, cfg) => {
  const { device, server, cfgFile } = await deviceOf([answer({ body: CIK }), answer({ status: 204 })], cfg);
  expect(device.activated()).toBe(false);
  expect((await device.activate()).activated).toBe(true);
  expect(device.activated()).toBe(true);
  await device.httpWrite("a", "1");
  expect(server.requests[0]?.body.toString()).toBe("vendor=acme&model=box&sn=42");
  expect(server.requests[1]?.headers).toMatchObject({ "x-exosite-cik": CIK, "user-agent": "my-app/1.0" });
  expect(await readFile(cfgFile, "utf8")).toContain(`cik = ${CIK}`);
  expect(String(device)).toMatch(/^{"version":".*","model":"box","vendor":"acme","uuid":"42"}$/);
});

test("a CIK that another program has put into the file is taken, without asking the server", async () => {
  const cfg = "cik = ''\nvendor = acme\nmodel = box\nuuid = 42\n";
  const { device, server, cfgFile } = await deviceOf([answer({ status: 409 })], cfg);
  await writeFile(cfgFile, cfg.replace("''", CIK));
  expect(await device.activate()).toMatchObject({ activated: true, body: CIK });
  expect(device.cik).toBe(CIK);
  expect(server.requests).toHaveLength(0);
});

test("a device is no longer activated once its CIK was refused", async () => {
  const cfg = `cik = ${CIK}\nvendor = acme\nmodel = box\nuuid = 42\n`;
  const { device } = await deviceOf([answer({ status: 401 })], cfg);
  expect(device.activated()).toBe(true);
  expect((await device.httpWrite("a", "1")).body).toBe("No or invalid CIK.");
  expect(device.activated()).toBe(false);
});

test("a device keeps a CIK that came while an older one was being refused", async () => {
  const cfg = "cik = ''\nvendor = acme\nmodel = box\nuuid = 42\n";
  const { device } = await deviceOf([answer({ status: 401 })], cfg);
  device.cik = "0".repeat(40);
  const write = device.httpWrite("a", "1");
  device.cik = CIK;
  expect((await write).authorized).toBe(false);
  expect(device.activated()).toBe(true);
});

test("a device asks for the content of its own vendor and model", async () => {
  const { device, server } = await deviceOf([answer({})], `cik = ${CIK}\nvendor = acme\nmodel = box\nuuid = 42\n`);
  await device.httpGetContentInfo("x");
  expect(server.requests[0]?.target).toBe("/provision/download?vendor=acme&model=box&id=x&info=true");
});
