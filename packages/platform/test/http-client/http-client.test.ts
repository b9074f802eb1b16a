import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CancelledError, TransportError } from "@gateway-engine/core/errors";
import type { HttpRequest } from "@gateway-engine/core/http";
import {
  answer,
  bothLengths,
  cutAfter,
  hang,
  hangUp,
  rawReply,
  slowly,
  startScriptedHttpServer,
  wrongLength,
} from "@gateway-engine/testkit/scripted-http-server";
import { afterAll, describe, expect, test } from "vitest";
import { createHttpClient } from "../../src/http-client.ts";

const http = createHttpClient();
afterAll(() => http.close());

const BODY = Buffer.alloc(100_000, "0123456789");

function get(url: string, more: Partial<HttpRequest> = {}) {
  return http.request({
    method: "GET",
    url: `${url}/x`,
    timeoutMs: 5000,
    signal: new AbortController().signal,
    ...more,
  });
}

test("a request carries its method, headers and body, and gives back status, headers and body", async () => {
  await using server = await startScriptedHttpServer([
    answer({ status: 201, headers: { "X-A": "1", "x-a": "2" }, body: "made" }),
  ]);
  const response = await get(server.url, { method: "POST", headers: { "X-B": "3" }, body: "é" });
  expect(response.status).toBe(201);
  expect(response.headers["x-a"]).toBe("1, 2");
  expect(await response.text(100)).toBe("made");
  expect(server.requests[0]).toMatchObject({ method: "POST", headers: { "x-b": "3", "content-length": "2" } });
});

test("a unix socket is connected to anew for each request: the other program may have been started again", async () => {
  const folder = mkdtempSync(join(tmpdir(), "client-"));
  const socketPath = join(folder, "s.sock");
  const server = createServer((_request, response) => response.end("here"));
  let connections = 0;
  server.on("connection", () => {
    connections += 1;
  });
  try {
    await once(server.listen(socketPath), "listening");
    for (const _time of [1, 2]) {
      const response = await get("http://localhost", { socketPath });
      expect(response.headers["connection"]).toBe("keep-alive");
      expect(await response.text(10)).toBe("here");
    }
    expect(connections).toBe(2);
  } finally {
    server.close();
    rmSync(folder, { recursive: true });
  }
});

test("a streamed body is sent as it comes", async () => {
  await using server = await startScriptedHttpServer([answer({})]);
  async function* body() {
    yield Buffer.from("one");
    yield Buffer.from("two");
  }
  (await get(server.url, { method: "PUT", body: body() })).discard();
  expect(server.requests[0]?.body.toString()).toBe("onetwo");
});

test.each([
  ["whole", answer({ body: BODY })],
  ["slow", slowly({ bytes: 20_000, everyMs: 10 }, answer({ body: BODY }))],
  ["without a length, up to the end of the connection", rawReply(`HTTP/1.1 200 OK\r\n\r\n${BODY.toString()}`)],
])("a body that is %s arrives", async (_how, reply) => {
  await using server = await startScriptedHttpServer([reply]);
  expect(Buffer.from(await (await get(server.url)).bytes(BODY.length)).equals(BODY)).toBe(true);
});

test("an answer with both Content-Length and chunked is taken only where it is expected", async () => {
  await using server = await startScriptedHttpServer([bothLengths({ body: BODY })]);
  const response = await get(server.url, { lenient: true });
  expect((await response.bytes(BODY.length)).length).toBe(BODY.length);
  await expect(get(server.url)).rejects.toMatchObject({ code: "E_UNREACHABLE" });
});

describe("a line or server that fails", () => {
  test.each([
    ["resets the connection", hangUp()],
    ["answers something else", rawReply("SSH-2.0\r\n\r\n")],
  ])("is unreachable when it %s", async (_how, reply) => {
    await using server = await startScriptedHttpServer([reply]);
    await expect(get(server.url)).rejects.toMatchObject({ code: "E_UNREACHABLE" });
  });

  test("is unreachable when nobody listens", async () => {
    const server = await startScriptedHttpServer([answer({})]);
    await server.stop();
    const error = await get(server.url).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(TransportError);
    expect((error as TransportError).message).toBe(`cannot reach ${server.url}: connection refused`);
  });

  test("is unreachable in one line when it does not speak TLS", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    const url = `https://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
    try {
      await expect(get(url)).rejects.toThrow(
        `cannot reach ${url}: TLS failed; perhaps the server speaks http:// there`,
      );
    } finally {
      server.close();
    }
  });

  test.each([
    ["drops in the middle", cutAfter(50_000, answer({ body: BODY }))],
    ["ends before its Content-Length", wrongLength({ body: BODY, claimed: BODY.length + 1 })],
  ])("fails the body that %s, after all that arrived", async (_how, reply) => {
    await using server = await startScriptedHttpServer([reply]);
    const response = await get(server.url);
    let received = 0;
    const reading = (async () => {
      for await (const chunk of response.body) received += chunk.length;
    })();
    await expect(reading).rejects.toMatchObject({ code: "E_UNREACHABLE" });
    expect([50_000, BODY.length]).toContain(received);
  });

  test("is given up after silence, before and in the middle of the answer", async () => {
    const half = cutAfter(50_000, answer({ body: BODY }));
    await using server = await startScriptedHttpServer([hang(), { ...half, ending: "keep" }]);
    await expect(get(server.url, { timeoutMs: 50 })).rejects.toMatchObject({ code: "E_TIMEOUT" });
    const response = await get(server.url, { timeoutMs: 200 });
    await expect(response.bytes(BODY.length)).rejects.toMatchObject({ code: "E_TIMEOUT", details: { timeoutMs: 200 } });
  });

  test("may be slower in all than the time limit, as long as it is never silent for so long", async () => {
    await using server = await startScriptedHttpServer([
      slowly({ bytes: 10_000, everyMs: 50 }, answer({ body: BODY })),
    ]);
    expect((await (await get(server.url, { timeoutMs: 400 })).bytes(BODY.length)).length).toBe(BODY.length);
  });
});

describe("cancelling", () => {
  test("ends a request that waits for its answer", async () => {
    await using server = await startScriptedHttpServer([hang()]);
    const controller = new AbortController();
    const pending = get(server.url, { signal: controller.signal }).catch((cause: unknown) => cause);
    await server.seen(1);
    controller.abort();
    expect(await pending).toBeInstanceOf(CancelledError);
  });

  test("ends a body that is being read", async () => {
    await using server = await startScriptedHttpServer([
      slowly({ bytes: 10_000, everyMs: 20 }, answer({ body: BODY })),
    ]);
    const controller = new AbortController();
    const response = await get(server.url, { signal: controller.signal });
    const reading = (async () => {
      for await (const _chunk of response.body) controller.abort();
    })();
    await expect(reading).rejects.toBeInstanceOf(CancelledError);
  });

  test("before the start sends nothing", async () => {
    await using server = await startScriptedHttpServer([answer({})]);
    await expect(get(server.url, { signal: AbortSignal.abort() })).rejects.toBeInstanceOf(CancelledError);
    expect(server.requests).toHaveLength(0);
  });
});

test("a body over the limit is not kept", async () => {
  await using server = await startScriptedHttpServer([answer({ body: BODY })]);
  await expect((await get(server.url)).bytes(BODY.length - 1)).rejects.toMatchObject({ code: "E_RESPONSE_INVALID" });
});

test("a connection is used again after a body was read or dropped", async () => {
  await using server = await startScriptedHttpServer([answer({ body: "1" })]);
  await (await get(server.url)).text(10);
  (await get(server.url)).discard();
  expect(await (await get(server.url)).text(10)).toBe("1");
});

test("an answer that comes before the whole body was sent counts", async () => {
  await using server = await startScriptedHttpServer([answer({ status: 413, body: "too large" })]);
  const response = await get(server.url, { method: "PUT", headers: { "Content-Length": "0" }, body: "x" });
  expect(response.status).toBe(413);
});
