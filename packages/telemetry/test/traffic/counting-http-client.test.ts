import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { HttpRequest, Traffic } from "@gateway-engine/core/http";
import { createHttpClient } from "@gateway-engine/platform/http-client";
import { afterAll, expect, onTestFinished, test } from "vitest";
import { countingHttpClient } from "../../src/traffic/counting-http-client.ts";
import { requestName } from "../../src/traffic/request-name.ts";
import type { TrafficEntry } from "../../src/traffic/traffic-entry.ts";
import { onTheWire } from "../../src/traffic/wire-estimate.ts";

const ALIAS = "http://x/onep:v1/stack/alias";

test.each([
  ["GET", `${ALIAS}?engine_fetch&update_interval`, "", "read:engine_fetch,update_interval"],
  ["POST", ALIAS, "device_info=%7B%7D&engine_report=x", "write:device_info,engine_report"],
  ["POST", `${ALIAS}?a`, "b=1", "READ:a WRITE:b"],
  ["POST", `${ALIAS}/temp`, "1=2", "record"],
  ["POST", "http://x/onep:v1/stack/record", "alias=a&1=2", "record"],
  ["POST", "http://x/provision/activate", "vendor=v&model=m&sn=00%3A2F", "actvt:00:2F"],
  ["GET", "http://x/provision/download?vendor=v&model=m", "", "list_content:m"],
  ["GET", "http://x/provision/download?vendor=v&model=m&id=a.v1.tar.gz&info=true", "", "content_info:a.v1.tar.gz"],
  ["GET", "http://x/provision/download?vendor=v&model=m&id=a.v1.tar.gz", "", "get_content:a.v1.tar.gz"],
  ["GET", "http://x/timestamp", "", "timestamp"],
  ["GET", "http://x/other", "", "/other"],
])("%s %s with the body %j is called %s", (method, url, body, name) => {
  expect(requestName(method, url, body)).toBe(name);
});

test("only the first thirty aliases are named", () => {
  const body = Array.from({ length: 33 }, (_, index) => `a${index}=1`).join("&");
  expect(requestName("POST", ALIAS, body)).toMatch(/^write:a0,.*,a29 and 3 more$/);
});

const nodeHttpClient = createHttpClient();
afterAll(() => nodeHttpClient.close());

async function startServer(answer: string): Promise<string> {
  const server = createServer((request, response) => {
    request.resume();
    request.on("end", () => response.end(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  onTestFinished(() => server.closeAllConnections());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function post(url: string, body: HttpRequest["body"]): HttpRequest {
  return {
    method: "POST",
    url: `${url}/onep:v1/stack/alias`,
    timeoutMs: 5000,
    signal: new AbortController().signal,
    ...(body === undefined ? {} : { body }),
  };
}

const PARTY = { application: "gwe", interface: () => "lo" };

function recorder() {
  const entries: TrafficEntry[] = [];
  return { entries, record: (entry: TrafficEntry) => void entries.push(entry) };
}

test("each request counts once with what its connection carried, whichever way its answer is read", async () => {
  const url = await startServer("y".repeat(10_000));
  const book = recorder();
  const http = countingHttpClient(nodeHttpClient, book, PARTY);
  const told: Traffic[] = [];
  const request = { ...post(url, `a=${"x".repeat(998)}`), onTraffic: (traffic: Traffic) => told.push(traffic) };
  await (await http.request(request)).text(20_000);
  await (await http.request(request)).bytes(20_000);
  for await (const _ of (await http.request(request)).body);
  (await http.request(request)).discard();
  await expect.poll(() => told.length, { interval: 2 }).toBe(4);
  expect(book.entries).toEqual(
    told.map(({ wireReceived: received, wireSent: sent, connections }) => {
      const wire = onTheWire({ received, sent, connections });
      const same = { application: "gwe", purpose: "write:a", interface: "lo", requests: 1, exact: true };
      return { ...same, received, sent, wireReceived: wire.received, wireSent: wire.sent };
    }),
  );
  expect(told[0]?.wireReceived).toBeGreaterThan(10_000);
  expect(told[0]?.connections).toBe(1);
});

test("a body that is made while it is sent is counted, and so is a request that failed", async () => {
  const url = await startServer("");
  const book = recorder();
  const http = countingHttpClient(nodeHttpClient, book, PARTY);
  async function* pieces(): AsyncGenerator<Uint8Array> {
    for (let piece = 0; piece < 4; piece += 1) yield Buffer.alloc(1000);
  }
  await (await http.request(post(url, pieces()))).text(10);
  expect(book.entries[0]?.purpose).toBe("write:");
  expect(book.entries[0]?.sent).toBeGreaterThan(4000);
  await expect(http.request(post("http://127.0.0.1:1", "b=1"))).rejects.toThrow();
  const nothing = { received: 0, sent: 0, wireReceived: 0, wireSent: 0 };
  expect(book.entries[1]).toMatchObject({ purpose: "write:b", requests: 1, ...nothing });
});

test.each([
  ["nothing", { received: 0, sent: 0, connections: 0 }, { received: 0, sent: 0 }],
  ["a small request and its answer", { received: 200, sent: 300, connections: 0 }, { received: 304, sent: 404 }],
  ["the same over a new connection", { received: 200, sent: 300, connections: 1 }, { received: 468, sent: 620 }],
  ["ten full packets", { received: 14_480, sent: 300, connections: 0 }, { received: 15_052, sent: 612 }],
])("%s takes so much on the wire", (_, exchange, wire) => {
  expect(onTheWire(exchange)).toEqual(wire);
});
