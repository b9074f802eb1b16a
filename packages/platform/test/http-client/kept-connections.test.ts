import type { HttpRequest } from "@gateway-engine/core/http";
import { answer, hang, hangUp, rawReply, startScriptedHttpServer } from "@gateway-engine/testkit/scripted-http-server";
import { afterAll, describe, expect, test } from "vitest";
import { createHttpClient } from "../../src/http-client.ts";

const http = createHttpClient();
afterAll(() => http.close());

function send(url: string, more: Partial<HttpRequest> = {}) {
  const signal = new AbortController().signal;
  return http.request({ method: "GET", url: `${url}/x`, timeoutMs: 5000, signal, ...more });
}

/** A server whose first answer leaves a connection, and which resets it at the second request. */
function startFickleServer() {
  return startScriptedHttpServer([answer({ body: "one" }), hangUp(), answer({ body: "two" })]);
}

describe("a kept connection that was closed when a request went out on it", () => {
  test.each<[string, Partial<HttpRequest>]>([
    ["a read", {}],
    ["a PUT", { method: "PUT", body: "x" }],
    ["a POST that may be repeated", { method: "POST", body: "x", repeatable: true }],
  ])("is replaced for %s", async (_what, request) => {
    await using server = await startFickleServer();
    await (await send(server.url)).text(10);
    const costs: number[] = [];
    const response = await send(server.url, { ...request, onTraffic: ({ sent }) => costs.push(sent) });
    expect(await response.text(10)).toBe("two");
    expect(server.requests).toHaveLength(3);
    expect(costs).toHaveLength(1);
    expect(costs[0]).toBeGreaterThan(2 * "GET /x HTTP/1.1\r\nHost: 127.0.0.1:10000\r\n\r\n".length);
  });

  test.each<[string, Partial<HttpRequest>]>([
    ["a POST", { method: "POST", body: "x" }],
    ["a GET that may not be repeated", { repeatable: false }],
  ])("fails %s, which the server may have acted on", async (_what, request) => {
    await using server = await startFickleServer();
    await (await send(server.url)).text(10);
    await expect(send(server.url, request)).rejects.toMatchObject({ code: "E_UNREACHABLE" });
    expect(server.requests).toHaveLength(2);
  });

  test("fails a body that is made on the way, which is gone", async () => {
    async function* body() {
      yield Buffer.from("x");
    }
    await using server = await startFickleServer();
    await (await send(server.url)).text(10);
    await expect(send(server.url, { method: "PUT", body: body() })).rejects.toMatchObject({ code: "E_UNREACHABLE" });
  });
});

describe("a request is made once", () => {
  test("over a connection of its own", async () => {
    await using server = await startScriptedHttpServer([hangUp(), answer({})]);
    await expect(send(server.url)).rejects.toMatchObject({ code: "E_UNREACHABLE" });
    expect(server.requests).toHaveLength(1);
  });

  test("when a part of an answer has come", async () => {
    await using server = await startScriptedHttpServer([answer({}), rawReply("HTTP/1.1 20", "reset"), answer({})]);
    await (await send(server.url)).text(10);
    await expect(send(server.url)).rejects.toMatchObject({ code: "E_UNREACHABLE" });
    expect(server.requests).toHaveLength(2);
  });

  test("when the server is silent", async () => {
    await using server = await startScriptedHttpServer([answer({}), hang(), answer({})]);
    await (await send(server.url)).text(10);
    await expect(send(server.url, { timeoutMs: 50 })).rejects.toMatchObject({ code: "E_TIMEOUT" });
    expect(server.requests).toHaveLength(2);
  });
});
