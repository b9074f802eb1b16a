/** The management API as an operator's script meets it. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { createHttpClient } from "@gateway-engine/platform/http-client";
import { type TemporaryFolder, temporaryFolder } from "@gateway-engine/testkit/temporary-folder";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ask, type Manager, provision, type RunningFleet, startFleet, type TestDevice } from "../fleet-process.ts";

let folder: TemporaryFolder;
let fleet: RunningFleet;
let manager: Manager;
let device: TestDevice;

beforeAll(async () => {
  folder = temporaryFolder("fleet");
  fleet = await startFleet(folder.path, "--max-content", "8MB");
  ({ manager, device } = await provision(fleet));
});

afterAll(async () => {
  await fleet[Symbol.asyncDispose]();
  folder.remove();
});

describe("a request without the admin token", () => {
  test.each([undefined, "Bearer wrong", "Basic dTpw", "token x"])("(%j) is answered 401", async (authorization) => {
    const headers = authorization === undefined ? {} : { Authorization: authorization };
    const { status, text, headers: answered } = await ask(`${fleet.url}/api/v1/products`, { headers });
    expect(status).toBe(401);
    expect(JSON.parse(text)).toMatchObject({ error: { code: "E_UNAUTHORIZED" } });
    expect(answered.get("www-authenticate")).toBe("Bearer");
  });

  test("learns that the server is well", async () => {
    expect(JSON.parse((await ask(`${fleet.url}/api/v1/health`)).text)).toEqual({ status: "ok", version: "2.0.0" });
  });
});

describe("a request that cannot be done names what is wrong:", () => {
  test.each([
    ["POST", "/products", {}, 400, "E_REQUEST", "kind"],
    ["POST", "/products", { kind: "toaster" }, 400, "E_REQUEST", "kind"],
    ["POST", "/products", { kind: "device", colour: 1 }, 400, "E_REQUEST", "colour"],
    ["POST", "/products", { kind: "device", id: "a b" }, 400, "E_REQUEST", "id"],
    ["POST", "/products", { kind: "device", id: 5 }, 400, "E_REQUEST", "id"],
    ["POST", "/products", [], 400, "E_REQUEST", "body"],
    ["POST", "/products", { kind: "device", id: "gw" }, 409, "E_EXISTS", undefined],
    ["GET", "/products?limit=0", undefined, 400, "E_REQUEST", "limit"],
    ["GET", "/products?limit=1001", undefined, 400, "E_REQUEST", "limit"],
    ["GET", "/products?page=2", undefined, 400, "E_REQUEST", "page"],
    ["GET", "/products/none", undefined, 404, "E_NOT_FOUND", undefined],
    ["GET", "/products/none/resources", undefined, 404, "E_NOT_FOUND", undefined],
    ["PUT", "/products/none/resources/a", { format: "string" }, 404, "E_NOT_FOUND", undefined],
    ["PUT", "/products/gw/resources/a", { format: "xml" }, 400, "E_REQUEST", "format"],
    ["DELETE", "/products/gw/resources/none", undefined, 404, "E_NOT_FOUND", undefined],
    ["POST", "/products/gw/identities", { identity: "" }, 400, "E_REQUEST", "identity"],
    ["POST", "/products/gw/identities", { identity: "a\nb" }, 400, "E_REQUEST", "identity"],
    ["POST", "/products/none/identities", { identity: "a" }, 404, "E_NOT_FOUND", undefined],
    ["POST", "/products/gw/identities", { identity: "00:11" }, 409, "E_EXISTS", undefined],
    ["GET", "/products/gw/identities/none/values", undefined, 404, "E_NOT_FOUND", undefined],
    ["PUT", "/products/gw/identities/00:11/values/none", { value: "x" }, 404, "E_NOT_FOUND", undefined],
    ["PUT", "/products/gw/identities/00:11/values/device_info", { value: "x" }, 409, "E_NOT_SETTABLE", undefined],
    ["PUT", "/products/gw/identities/00:11/values/engine_fetch", { value: null }, 400, "E_REQUEST", "value"],
    [
      "PUT",
      "/products/gw/identities/00:11/values/engine_fetch",
      { value: "x".repeat(1_048_577) },
      413,
      "E_TOO_LARGE",
      undefined,
    ],
    ["GET", "/products/gw/identities/00:11/values/a/history?after=x", undefined, 400, "E_REQUEST", "after"],
    ["GET", "/products/gw/content/..%2F..%2Fetc", undefined, 400, "E_REQUEST", "id"],
    ["GET", "/products/gw/content/none", undefined, 404, "E_NOT_FOUND", undefined],
    ["GET", "/products/%zz", undefined, 400, "E_REQUEST", "path"],
    ["PATCH", "/products", undefined, 404, "E_NOT_FOUND", undefined],
  ])("%s %s %j", async (method, path, body, status, code, field) => {
    const answer = await manager.call(method, path, body);
    expect(answer.json).toMatchObject({
      error: { code, message: expect.stringMatching(/\S/), ...(field && { field }) },
    });
    expect(answer.status).toBe(status);
  });

  test("a body that is no JSON", async () => {
    const { status, text } = await ask(`${fleet.url}/api/v1/products`, {
      method: "POST",
      headers: { Authorization: `Bearer ${fleet.adminToken}`, "Content-Type": "application/json" },
      body: "{",
    });
    expect([status, JSON.parse(text).error.field]).toEqual([400, "body"]);
  });
});

test("a gateway product has the six resources of a gateway and ours beside them, another none", async () => {
  await manager.call("POST", "/products", { id: "six", kind: "gateway" });
  const aliases = async (product: string) => {
    const { json } = await manager.call("GET", `/products/${product}/resources`);
    return (json as { resources: { alias: string }[] }).resources.map(({ alias }) => alias);
  };
  expect(await aliases("six")).toEqual([
    "alert",
    "deployment_status",
    "device_info",
    "engine_fetch",
    "engine_report",
    "fetch_status",
    "metrics",
    "queue_report",
    "update_interval",
    "usage_report",
  ]);
  const { json } = await manager.call("POST", "/products", { kind: "device" });
  expect(await aliases((json as { id: string }).id)).toEqual([]);
});

test("a list is read in pages to its end", async () => {
  for (const id of ["a", "b", "c", "d", "e"]) await manager.call("POST", "/products/six/identities", { identity: id });
  const read: string[] = [];
  for (let after = ""; ; ) {
    const { json } = await manager.call("GET", `/products/six/identities?limit=2${after}`);
    const page = json as { identities: { identity: string }[]; next: string | null };
    read.push(...page.identities.map(({ identity }) => identity));
    if (page.next === null) break;
    after = `&after=${encodeURIComponent(page.next)}`;
  }
  expect(read).toEqual(["a", "b", "c", "d", "e"]);
});

test("an identity may hold any character", async () => {
  const identity = "any serial/!@#$%^&*()ü?";
  await manager.call("POST", "/products/gw/identities", { identity });
  const path = `/products/gw/identities/${encodeURIComponent(identity)}`;
  expect((await manager.call("GET", path)).json).toMatchObject({ identity, state: "notactivated" });
  expect((await manager.call("DELETE", path)).status).toBe(204);
  expect((await manager.call("GET", path)).status).toBe(404);
});

test("a client that sends a body of too great a length reads why", async () => {
  const headers = { Authorization: `Bearer ${fleet.adminToken}`, "Content-Type": "application/json" };
  const client = createHttpClient();
  const tooLarge = Buffer.alloc(9 * 1_048_576, "x");
  for (const [method, path] of [
    ["POST", "/products"],
    ["PUT", "/products/gw/content/large"],
  ] as const) {
    for (let time = 0; time < 5; time += 1) {
      const answer = await client.request({
        method,
        url: `${fleet.url}/api/v1${path}`,
        headers,
        body: tooLarge,
        timeoutMs: 10_000,
        signal: new AbortController().signal,
      });
      answer.discard();
      expect(answer.status).toBe(413);
    }
  }
  client.close();
});

test("a value that is no text is given in base64", async () => {
  await device.write("device_info=%ff%00");
  const { json } = await manager.call("GET", "/products/gw/identities/00:11/values/device_info");
  expect(json).toMatchObject({ alias: "device_info", value: null, valueBase64: "/wA=" });
});

test("a device's events tell its story", async () => {
  await manager.call("POST", "/products/gw/identities", { identity: "story" });
  const activate = () => ask(`${fleet.url}/provision/activate`, { method: "POST", body: "id=story&vendor=gw" });
  await activate();
  await activate();
  const { text: cik } = await activate();
  const headers = { "X-Exosite-CIK": cik };
  await ask(`${fleet.url}/onep:v1/stack/alias?sine`, { headers });
  await activate();
  await activate();
  await manager.call("PUT", "/products/gw/identities/story/values/engine_fetch", { value: "{}" });
  await manager.upload("/products/gw/content/app.v1.tar.gz", Buffer.alloc(1000));
  await ask(`${fleet.url}/provision/download?id=app.v1.tar.gz`, { headers: { ...headers, Range: "bytes=0-9" } });
  await ask(`${fleet.url}/provision/download?id=app.v1.tar.gz`, { headers: { ...headers, Range: "bytes=10-" } });
  await ask(`${fleet.url}/onep:v1/stack/alias`, { method: "POST", headers, body: "sine=1" });
  await ask(`${fleet.url}/onep:v1/stack/alias`, { method: "POST", headers, body: "sine=2" });

  const events = await eventsUntil("story", "content-downloaded");
  const story = events.map(({ kind, detail }) => [kind, detail]).filter(([kind]) => kind !== "content-downloaded");
  expect(story).toEqual([
    ["created", {}],
    ["activated", {}],
    ["activated", { reason: "the CIK that it was given was never used" }],
    ["activation-refused", { reason: "it is already activated; enable it again first" }],
    ["command-written", { alias: "engine_fetch" }],
    ["first-value", { alias: "sine" }],
  ]);
  const downloads = events.filter(({ kind }) => kind === "content-downloaded");
  expect(downloads.map(({ detail }) => detail)).toEqual([{ content: "app.v1.tar.gz", complete: true }]);

  const after = await manager.call("GET", `/products/gw/identities/story/events?after=${events[3]?.id}`);
  expect((after.json as { events: unknown[] }).events).toHaveLength(events.length - 4);
});

test("a product that is removed takes its devices and its content with it, and no other's", async () => {
  await manager.call("POST", "/products", { id: "going", kind: "gateway" });
  await manager.call("POST", "/products/going/identities", { identity: "d" });
  const { text: cik } = await ask(`${fleet.url}/provision/activate`, { method: "POST", body: "id=d&vendor=going" });
  const [shared, own] = [Buffer.from("shared bytes"), Buffer.from("own bytes")];
  await manager.upload("/products/gw/content/shared", shared);
  await manager.upload("/products/going/content/shared", shared);
  await manager.upload("/products/going/content/own", own);
  const before = await blobCount();

  expect((await manager.call("DELETE", "/products/going")).status).toBe(204);
  expect((await manager.call("GET", "/products/going")).status).toBe(404);
  const read = await ask(`${fleet.url}/onep:v1/stack/alias?a`, { headers: { "X-Exosite-CIK": cik } });
  expect(read.status).toBe(401);
  expect(await blobCount()).toBe(before - 1);
  expect((await manager.call("GET", "/products/gw/content/shared")).status).toBe(200);
});

test("a secret is neither in the database nor in the log", async () => {
  const files = await Promise.all(
    ["fleet.db", "fleet.db-wal"].map((name) => readFile(join(folder.path, name), "latin1")),
  );
  expect(files.some((content) => content.includes(device.cik))).toBe(false);
  expect(fleet.output()).not.toContain(device.cik);
});

interface ListedEvent {
  readonly id: string;
  readonly kind: string;
  readonly detail: object;
}

/** A download is noted after its last byte was sent, which the device may see earlier. */
async function eventsUntil(identity: string, kind: string): Promise<readonly ListedEvent[]> {
  for (;;) {
    const { json } = await manager.call("GET", `/products/gw/identities/${identity}/events`);
    const { events } = json as { events: readonly ListedEvent[] };
    if (events.some((event) => event.kind === kind)) return events;
  }
}

async function blobCount(): Promise<number> {
  const names = await readdir(join(folder.path, "content"), { recursive: true });
  return names.filter((name) => /[0-9a-f]{64}$/.test(name)).length;
}
