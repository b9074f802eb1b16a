import type { HttpRequest, Traffic } from "@gateway-engine/core/http";
import { oneProxy } from "@gateway-engine/core/proxy";
import { createAuthority } from "@gateway-engine/testkit/certificates";
import { type CountingRelay, startCountingRelay } from "@gateway-engine/testkit/counting-relay";
import { freePort } from "@gateway-engine/testkit/free-port";
import { startHttpProxy } from "@gateway-engine/testkit/http-proxy";
import { describe, expect, test } from "vitest";
import { createHttpClient } from "../../src/http-client.ts";
import { startAnsweringServer } from "./answering-server.ts";

const authority = createAuthority();
const certificate = authority.issue({ commonName: "fleet.test", hosts: ["fleet.test", "127.0.0.1"] });

type Http = ReturnType<typeof createHttpClient>;

/** Sends a request, reads its answer, and gives what it is said to have cost. */
async function costOf(http: Http, url: string, more: Partial<HttpRequest> = {}): Promise<Traffic> {
  const told: Traffic[] = [];
  const request = { method: "GET", url, timeoutMs: 2000, signal: new AbortController().signal, ...more } as const;
  try {
    await (await http.request({ ...request, onTraffic: (traffic) => told.push(traffic) })).text(1_000_000);
  } catch {
    // A request that fails has its cost too.
  }
  expect(told).toHaveLength(1);
  const [traffic] = told;
  if (traffic === undefined) throw new Error("nothing was told");
  return traffic;
}

async function* pieces() {
  for (const piece of ["one", "two", "three"]) yield Buffer.from(piece);
}

const REQUESTS: readonly (readonly [what: string, path: string, more: Partial<HttpRequest>])[] = [
  ["a read", "/", {}],
  ["a write", "/", { method: "POST", body: "é".repeat(5000) }],
  ["a body that is made on the way", "/", { method: "PUT", body: pieces() }],
  ["a chunked answer", "/chunked", {}],
  ["an error", "/error", { method: "POST", body: "x" }],
  ["an answer that is cut off", "/cut", { method: "POST", body: "x" }],
  ["an answer that does not come", "/hang", { method: "POST", body: "x", timeoutMs: 100 }],
];

/** The relay may see the last bytes a moment after the client has handed them over. */
async function seenBy(relay: CountingRelay, wire: Pick<Traffic, "wireSent" | "wireReceived">): Promise<void> {
  await expect
    .poll(() => ({ sent: relay.sent, received: relay.received }), { interval: 2 })
    .toEqual({ sent: wire.wireSent, received: wire.wireReceived });
}

test.each(REQUESTS)("%s costs what goes through the wire", async (_what, path, more) => {
  await using server = await startAnsweringServer();
  await using relay = await startCountingRelay(server.port);
  const http = createHttpClient();
  const cost = await costOf(http, `http://127.0.0.1:${relay.port}${path}`, more);
  await seenBy(relay, cost);
  expect(cost.sent).toBe(cost.wireSent);
  expect(cost.received).toBe(cost.wireReceived);
  expect(cost.sent).toBeGreaterThan(40);
  http.close();
});

test("requests over one connection cost what each of them added", async () => {
  await using server = await startAnsweringServer();
  await using relay = await startCountingRelay(server.port);
  const http = createHttpClient();
  let sum = { wireSent: 0, wireReceived: 0 };
  for (const [, path, more] of REQUESTS.slice(0, 5).filter(([what]) => !what.includes("on the way"))) {
    const cost = await costOf(http, `http://127.0.0.1:${relay.port}${path}`, more);
    sum = { wireSent: sum.wireSent + cost.wireSent, wireReceived: sum.wireReceived + cost.wireReceived };
    await seenBy(relay, sum);
  }
  expect(relay.connections).toBe(1);
  http.close();
});

describe("over TLS", () => {
  test("the wire carries the records and the handshake, and HTTP is counted as it was written", async () => {
    await using server = await startAnsweringServer(certificate);
    await using relay = await startCountingRelay(server.port);
    const http = createHttpClient({ tls: { ca: authority.cert } });
    const url = `https://127.0.0.1:${relay.port}`;
    const first = await costOf(http, url, { method: "POST", body: "x".repeat(2000) });
    await seenBy(relay, first);
    const second = await costOf(http, url, { method: "POST", body: "x".repeat(2000) });
    await seenBy(relay, {
      wireSent: first.wireSent + second.wireSent,
      wireReceived: first.wireReceived + second.wireReceived,
    });
    expect(relay.connections).toBe(1);

    // The same requests without TLS are the same HTTP.
    await using plainServer = await startAnsweringServer();
    await using plainRelay = await startCountingRelay(plainServer.port);
    const plain = await costOf(http, `http://127.0.0.1:${plainRelay.port}`, { method: "POST", body: "x".repeat(2000) });
    const digits = String(relay.port).length - String(plainRelay.port).length;
    for (const { sent, received } of [first, second])
      expect([sent - digits, received]).toEqual([plain.sent, plain.received]);
    expect(first.wireSent - first.sent).toBeGreaterThan(second.wireSent - second.sent);
    http.close();
  });

  test("a handshake that fails costs what it took", async () => {
    await using server = await startAnsweringServer(certificate);
    await using relay = await startCountingRelay(server.port);
    const http = createHttpClient();
    const cost = await costOf(http, `https://127.0.0.1:${relay.port}`);
    expect(cost).toMatchObject({ sent: 0, received: 0 });
    expect(cost.wireSent).toBeGreaterThan(200);
    await seenBy(relay, cost);
    http.close();
  });

  test("a tunnel's opening is counted with the first request", async () => {
    await using server = await startAnsweringServer(certificate);
    await using proxy = await startHttpProxy();
    await using relay = await startCountingRelay(proxy.port);
    const http = createHttpClient({
      tls: { ca: authority.cert },
      proxy: oneProxy(`http://127.0.0.1:${relay.port}`, { file: "test", key: "proxy" }),
    });
    await seenBy(relay, await costOf(http, `https://fleet.test:${server.port}/`));
    http.close();
  });

  test("a proxy's refusal is counted", async () => {
    await using proxy = await startHttpProxy({ answerConnect: 502 });
    await using relay = await startCountingRelay(proxy.port);
    const http = createHttpClient({ proxy: oneProxy(`127.0.0.1:${relay.port}`, { file: "test", key: "proxy" }) });
    const cost = await costOf(http, "https://fleet.test/");
    expect(cost).toMatchObject({ sent: 0, received: 0 });
    expect(cost.wireSent).toBeGreaterThan(40);
    await seenBy(relay, cost);
    http.close();
  });
});

test("a server that is not there costs nothing", async () => {
  const http = createHttpClient();
  const cost = await costOf(http, `http://127.0.0.1:${await freePort()}/`, { method: "POST", body: "x" });
  expect(cost).toEqual({ sent: 0, received: 0, wireSent: 0, wireReceived: 0, connections: 0 });
});

test("an answer that is dropped has its cost too", async () => {
  await using server = await startAnsweringServer();
  await using relay = await startCountingRelay(server.port);
  const http = createHttpClient();
  const cost = await new Promise<Traffic>((resolve, reject) => {
    const request = { method: "GET", url: `http://127.0.0.1:${relay.port}/`, timeoutMs: 2000 } as const;
    http
      .request({ ...request, signal: new AbortController().signal, onTraffic: resolve })
      .then((response) => response.discard(), reject);
  });
  await seenBy(relay, cost);
  http.close();
});
