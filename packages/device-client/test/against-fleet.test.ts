/** The client and the fleet server, each a program of its own, understand each other. */
import { randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { systemClock } from "@gateway-engine/platform/clock";
import { nodeFiles } from "@gateway-engine/platform/files";
import { createHttpClient } from "@gateway-engine/platform/http-client";
import { systemRandom } from "@gateway-engine/platform/random";
import { type LaunchedProgram, launchProgram } from "@gateway-engine/testkit/launched-program";
import { type TemporaryFolder, temporaryFolder } from "@gateway-engine/testkit/temporary-folder";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createDeviceClient, type DeviceClient } from "../src/device-client.ts";
import { downloadContent } from "../src/download.ts";

const CONTENT = randomBytes(2_500_000);
const identity = { vendor: "acme", model: "acme", serial: "42" };
const call = { signal: new AbortController().signal };
const http = createHttpClient();
let folder: TemporaryFolder;
let fleet: LaunchedProgram;
let server: string;
let cik = "";
let client: DeviceClient;

beforeAll(async () => {
  folder = temporaryFolder("fleet");
  fleet = launchProgram("gwe-fleet", ["--data", join(folder.path, "data"), "--listen", "127.0.0.1:0"]);
  [, server = ""] = await fleet.printed(/is listening on (http:\S+)\n/);
  client = createDeviceClient({ http, server, userAgent: "test", timeoutMs: 10_000, cik: () => cik });
  await manage("POST", "/products", '{"id": "acme", "kind": "gateway"}');
  await manage("POST", "/products/acme/identities", '{"identity": "42"}');
  await manage("PUT", "/products/acme/content/app.v1.tar.gz", CONTENT);
});

afterAll(async () => {
  http.close();
  await fleet[Symbol.asyncDispose]();
  folder.remove();
});

async function manage(method: "POST" | "PUT", path: string, body: string | Uint8Array): Promise<void> {
  const token = (await readFile(join(folder.path, "data/admin-token"), "utf8")).trim();
  const type = typeof body === "string" ? "application/json" : "application/gzip";
  const headers = { Authorization: `Bearer ${token}`, "Content-Type": type };
  const response = await http.request({
    method,
    url: `${server}/api/v1${path}`,
    headers,
    body,
    timeoutMs: 10_000,
    ...call,
  });
  if (response.status >= 300) throw new Error(`${method} ${path}: ${response.status} ${await response.text(10_000)}`);
  response.discard();
}

test("a device is nobody before it is activated, and is activated until it uses its CIK", async () => {
  await expect(client.write([["usage_report", "1"]], call)).rejects.toMatchObject({ code: "E_NOT_ACTIVATED" });
  const stranger = { ...identity, serial: "43" };
  await expect(client.activate(stranger, call)).rejects.toMatchObject({ details: { status: 404 } });
  const lost = await client.activate(identity, call);
  cik = await client.activate({ id: "42", product: "acme" }, call);
  await expect(client.read(["engine_fetch"], { ...call, cik: lost })).rejects.toMatchObject({
    code: "E_NOT_ACTIVATED",
  });
  expect(await client.read(["engine_fetch"], call)).toEqual(new Map());
  await expect(client.activate(identity, call)).rejects.toMatchObject({ details: { status: 409 } });
});

test("values arrive as they were sent, whatever they hold", async () => {
  const value = '{"a": "1 & 2 = 100% + ümlaut\\n"}';
  await client.write(
    [
      ["usage_report", value],
      ["nowhere", "x"],
    ],
    call,
  );
  expect([...(await client.read(["usage_report", "nowhere", "engine_fetch"], call))]).toEqual([
    ["usage_report", value],
  ]);
  expect([...(await client.readWrite(["usage_report"], [["usage_report", "2"]], call))]).toEqual([
    ["usage_report", "2"],
  ]);
});

test("past values are taken in both forms", async () => {
  const points = [
    { alias: "device_info", timestamp: "1408088308", value: "a" },
    { alias: "device_info", timestamp: "1408088308.25", value: "b" },
  ];
  expect(await client.record(points, call)).toEqual({ kind: "ok" });
  expect(await client.recordAlias("device_info", [{ timestamp: "1408088310", value: "c" }], call)).toEqual({
    kind: "ok",
  });
});

test("a long poll ends when nothing comes, and brings each command once", async () => {
  expect(await client.longPoll("engine_fetch", { requestTimeoutMs: 100 }, call)).toEqual({ kind: "not-modified" });
  const pending = client.longPoll("engine_fetch", { requestTimeoutMs: 10_000, modifiedSince: "0" }, call);
  await manage("PUT", "/products/acme/identities/42/values/engine_fetch", '{"value": "go & install"}');
  const outcome = await pending;
  if (outcome.kind !== "written") throw new Error("nothing was written");
  expect(outcome.value).toBe("go & install");
  const again = { requestTimeoutMs: 100, modifiedSince: outcome.lastModified };
  expect(await client.longPoll("engine_fetch", again, call)).toEqual({ kind: "not-modified" });
});

test("the server's clock is near ours", async () => {
  expect(Math.abs((await client.timestamp(call)) - Date.now() / 1000)).toBeLessThan(60);
});

test("content is listed, described and fetched, from the middle too", async () => {
  expect(await client.listContent("acme", call)).toEqual(["app.v1.tar.gz"]);
  const info = await client.contentInfo("acme", "app.v1.tar.gz", call);
  expect(info).toMatchObject({ type: "application/gzip", size: CONTENT.length });
  expect(await client.contentInfo("acme", "nothing", call)).toBeUndefined();
  await expect(client.openContent("acme", "nothing", { offset: 0 }, call)).rejects.toMatchObject({
    code: "E_CONTENT_MISSING",
  });

  const destination = join(folder.path, "app.v1.tar.gz");
  const kept = 1_000_000;
  await writeFile(`${destination}.part`, CONTENT.subarray(0, kept));
  await writeFile(`${destination}.part.json`, JSON.stringify({ size: info?.size, updated: info?.updated, kept }));
  let first = 0;
  await downloadContent(
    { client, files: nodeFiles, clock: systemClock, random: systemRandom },
    {
      product: "acme",
      id: "app.v1.tar.gz",
      destination,
      maxBytes: 10_000_000,
      signal: call.signal,
      onProgress: ({ received }) => {
        first ||= received;
      },
    },
  );
  expect(first).toBeGreaterThan(kept);
  expect((await readFile(destination)).equals(CONTENT)).toBe(true);
});
