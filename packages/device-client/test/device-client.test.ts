import {
  AuthenticationError,
  CancelledError,
  isRetryable,
  retryAfterMs,
  TransportError,
} from "@gateway-engine/core/errors";
import { createHttpClient } from "@gateway-engine/platform/http-client";
import {
  answer,
  cutAfter,
  hang,
  hangUp,
  type Script,
  type ScriptedHttpServer,
  startScriptedHttpServer,
} from "@gateway-engine/testkit/scripted-http-server";
import { afterEach, describe, expect, test } from "vitest";
import { createDeviceClient, type DeviceClient } from "../src/device-client.ts";

const CIK = "f1d4f10f3ca413caa08bba34c91d095d010bcd32";
const call = { signal: new AbortController().signal };
const http = createHttpClient();
const servers: ScriptedHttpServer[] = [];

async function clientOf(
  script: Script,
  timeoutMs = 5000,
): Promise<{ client: DeviceClient; server: ScriptedHttpServer }> {
  const server = await startScriptedHttpServer(script);
  servers.push(server);
  const options = { http, server: server.url, userAgent: "GatewayEngine-v2.0.0", timeoutMs, cik: () => CIK };
  return { client: createDeviceClient(options), server };
}

afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
});

describe("activate", () => {
  test("posts vendor, model and serial number in this order, without a CIK, and gives back the CIK", async () => {
    const { client, server } = await clientOf([answer({ body: CIK })]);
    const cik = await client.activate({ vendor: "acme", model: "box", serial: "any!@#$%^&*()" }, call);
    expect(cik).toBe(CIK);
    const [request] = server.requests;
    expect(request?.target).toBe("/provision/activate");
    expect(request?.body.toString()).toBe("vendor=acme&model=box&sn=any%21%40%23%24%25%5E%26*%28%29");
    expect(request?.headers["x-exosite-cik"]).toBeUndefined();
    expect(request?.headers["content-type"]).toBe("application/x-www-form-urlencoded; charset=utf-8");
    expect(request?.headers["user-agent"]).toBe("GatewayEngine-v2.0.0");
  });

  test("posts the id alone in the form of later servers", async () => {
    const { client, server } = await clientOf([answer({ body: CIK })]);
    await client.activate({ id: "0a:1b" }, call);
    expect(server.requests[0]?.body.toString()).toBe("id=0a%3A1b");
  });

  test.each([
    [403, /takes no activations/],
    [404, /no device with this serial number/],
    [409, /activated already/],
  ])("says what %i means", async (status, words) => {
    const { client } = await clientOf([answer({ status })]);
    const error = await failure(client.activate({ vendor: "v", model: "m", serial: "s" }, call));
    expect(error).toBeInstanceOf(AuthenticationError);
    expect(error).toMatchObject({ code: "E_ACTIVATION_REFUSED", details: { status } });
    expect(error.message).toMatch(words);
  });

  test("does not take an answer for a CIK that is none", async () => {
    const { client } = await clientOf([answer({ body: "<html>welcome</html>" })]);
    const error = await failure(client.activate({ id: "x" }, call));
    expect(error).toMatchObject({ code: "E_RESPONSE_INVALID" });
  });
});

describe("values", () => {
  test("a write sends every byte of a value", async () => {
    const { client, server } = await clientOf([answer({ status: 204 })]);
    await client.write(
      [
        ["a b", 'x&y=1% +"'],
        ["raw", Uint8Array.of(0, 255, 38)],
      ],
      call,
    );
    expect(server.requests[0]?.body.toString()).toBe("a+b=x%26y%3D1%25+%2B%22&raw=%00%FF%26");
    expect(server.requests[0]?.headers["x-exosite-cik"]).toBe(CIK);
  });

  test("a write of nothing asks nothing of the server", async () => {
    const { client, server } = await clientOf([answer({ status: 500 })]);
    await client.write([], call);
    expect(server.requests).toHaveLength(0);
  });

  test("a read gives the decoded values of the aliases that have one", async () => {
    const { client, server } = await clientOf([answer({ body: "a=%7B%22x%22%3A+1%7D&b=2%2B2" })]);
    const values = await client.read(["a", "b", "c"], call);
    expect([...values]).toEqual([
      ["a", '{"x": 1}'],
      ["b", "2+2"],
    ]);
    expect(server.requests[0]?.target).toBe("/onep:v1/stack/alias?a&b&c");
  });

  test("a read that is answered 204 gives no values", async () => {
    const { client } = await clientOf([answer({ status: 204 })]);
    expect((await client.read(["a"], call)).size).toBe(0);
  });

  test("a read of no alias is refused before it is sent", async () => {
    const { client } = await clientOf([answer({})]);
    expect(await failure(client.read([], call))).toMatchObject({ code: "E_USAGE" });
  });

  test("a read and write goes out as one request", async () => {
    const { client, server } = await clientOf([answer({ body: "cmd=go" })]);
    const values = await client.readWrite(["cmd"], [["status", "ok"]], call);
    expect(values.get("cmd")).toBe("go");
    expect(server.requests[0]).toMatchObject({ method: "POST", target: "/onep:v1/stack/alias?cmd" });
    expect(server.requests[0]?.body.toString()).toBe("status=ok");
  });

  test("a record groups points by alias", async () => {
    const { client, server } = await clientOf([answer({ status: 204 })]);
    const outcome = await client.record(
      [
        { alias: "a", timestamp: "1", value: "x" },
        { alias: "a", timestamp: "2.5", value: "y" },
        { alias: "b", timestamp: "-3", value: "z" },
      ],
      call,
    );
    expect(outcome).toEqual({ kind: "ok" });
    expect(server.requests[0]?.body.toString()).toBe("alias=a&1=x&2.5=y&alias=b&-3=z");
  });

  test("a record names the timestamps that collide", async () => {
    const { client } = await clientOf([answer({ status: 409, body: "a=1,2&b=3" })]);
    const outcome = await client.recordAlias("a", [{ timestamp: "1", value: "x" }], call);
    expect(outcome).toEqual({
      kind: "conflict",
      timestamps: new Map([
        ["a", ["1", "2"]],
        ["b", ["3"]],
      ]),
    });
  });

  test("the older record puts the alias into the path", async () => {
    const { client, server } = await clientOf([answer({ status: 204 })]);
    await client.recordAlias("a/b", [{ timestamp: "1", value: "x" }], call);
    expect(server.requests[0]?.target).toBe("/onep:v1/stack/alias/a%2Fb");
    expect(server.requests[0]?.body.toString()).toBe("1=x");
  });
});

describe("long poll", () => {
  test("passes the wait and the last modification on, and gives back the value", async () => {
    const reply = answer({ body: "cmd=go%21", headers: { "Last-Modified": "1408088412" } });
    const { client, server } = await clientOf([reply]);
    const outcome = await client.longPoll("cmd", { requestTimeoutMs: 1000, modifiedSince: "1408088400" }, call);
    expect(outcome).toEqual({ kind: "written", value: "go!", lastModified: "1408088412" });
    expect(server.requests[0]?.headers).toMatchObject({ "request-timeout": "1000", "if-modified-since": "1408088400" });
  });

  test("takes a last modification that is an HTTP date, and passes it on as it is", async () => {
    const date = "Fri, 15 Jun 2018 19:04:13 GMT";
    const { client, server } = await clientOf([answer({ body: "cmd=1", headers: { "Last-Modified": date } })]);
    const outcome = await client.longPoll("cmd", { requestTimeoutMs: 10 }, call);
    expect(outcome).toEqual({ kind: "written", value: "1", lastModified: date });
    await client.longPoll("cmd", { requestTimeoutMs: 10, modifiedSince: date }, call);
    expect(server.requests[1]?.headers["if-modified-since"]).toBe(date);
  });

  test("says when nothing was written", async () => {
    const { client } = await clientOf([answer({ status: 304 })]);
    expect(await client.longPoll("cmd", { requestTimeoutMs: 10 }, call)).toEqual({ kind: "not-modified" });
  });

  test("gives up only after the server's time and its own", async () => {
    const { client } = await clientOf([hang()], 50);
    const error = await failure(client.longPoll("cmd", { requestTimeoutMs: 100 }, call));
    expect(error).toMatchObject({ code: "E_TIMEOUT", details: { timeoutMs: 150 } });
  });

  test("asks for at most what the server allows", async () => {
    const { client, server } = await clientOf([answer({ status: 304 })]);
    await client.longPoll("cmd", { requestTimeoutMs: 900_000 }, call);
    expect(server.requests[0]?.headers["request-timeout"]).toBe("300000");
  });
});

describe("failures", () => {
  test("401 means that the CIK is not accepted", async () => {
    const { client } = await clientOf([answer({ status: 401 }), answer({ status: 204 })]);
    expect(await failure(client.write([["a", "1"]], call))).toMatchObject({ code: "E_NOT_ACTIVATED" });
    await client.write([["a", "1"]], call);
  });

  test.each([500, 502, 503, 429, 408])("%i may go through later", async (status) => {
    const { client } = await clientOf([answer({ status }), answer({ status: 204 })]);
    const error = await failure(client.write([["a", "1"]], call));
    expect(error).toMatchObject({ code: "E_SERVER", details: { status } });
    expect(isRetryable(error)).toBe(true);
    await client.write([["a", "1"]], call);
  });

  test("what the server asks to wait is kept", async () => {
    const { client } = await clientOf([answer({ status: 503, headers: { "Retry-After": "7" } })]);
    expect(retryAfterMs(await failure(client.read(["a"], call)))).toBe(7000);
  });

  test("another status is a refusal, with the server's own words", async () => {
    const { client } = await clientOf([answer({ status: 413, body: "value of temperature is over 1 MiB\nmore" })]);
    const error = await failure(client.write([["temperature", "1"]], call));
    expect(error.message).toContain("refused a write of temperature (413): value of temperature is over 1 MiB");
    expect(isRetryable(error)).toBe(false);
  });

  test.each([
    ["resets the connection", hangUp()],
    [
      "closes in the middle of the head",
      { ...answer({}), wire: () => Buffer.from("HTTP/1.1 20"), ending: "close" as const },
    ],
    ["closes in the middle of the body", cutAfter(3, answer({ body: "a=12345" }))],
    ["speaks no HTTP", { ...answer({}), wire: () => Buffer.from("SSH-2.0-OpenSSH\r\n\r\n"), ending: "close" as const }],
  ])("a server that %s is unreachable, which passes", async (_what, reply) => {
    const { client } = await clientOf([reply]);
    const error = await failure(client.read(["a"], call));
    expect(error).toBeInstanceOf(TransportError);
    expect(isRetryable(error)).toBe(true);
  });

  test("silence ends with the time limit", async () => {
    const { client } = await clientOf([hang()], 50);
    expect(await failure(client.timestamp(call))).toMatchObject({ code: "E_TIMEOUT" });
  });

  test("a call ends as soon as its signal aborts", async () => {
    const { client, server } = await clientOf([hang()]);
    const controller = new AbortController();
    const pending = failure(client.longPoll("cmd", { requestTimeoutMs: 60_000 }, { signal: controller.signal }));
    await server.seen(1);
    controller.abort();
    expect(await pending).toBeInstanceOf(CancelledError);
  });
});

describe("send", () => {
  test("forwards a body byte for byte and reports every status", async () => {
    const { client, server } = await clientOf([answer({ status: 503, body: "busy", headers: { "Retry-After": "2" } })]);
    const body = Buffer.from("a=%7b raw \xff", "latin1");
    const outcome = await client.send({ path: "/onep:v1/stack/alias", body, headers: { "X-Sequence": "9" } }, call);
    expect(outcome).toEqual({ status: 503, body: "busy", retryAfterMs: 2000 });
    expect(server.requests[0]?.body.equals(body)).toBe(true);
    expect(server.requests[0]?.headers["x-sequence"]).toBe("9");
  });

  test("uses the CIK of the call before its own", async () => {
    const { client, server } = await clientOf([answer({ status: 204 })]);
    await client.send({ path: "/onep:v1/stack/alias", body: Buffer.from("a=1") }, { ...call, cik: "other" });
    expect(server.requests[0]?.headers["x-exosite-cik"]).toBe("other");
  });
});

describe("timestamp", () => {
  test("is the server's clock in seconds", async () => {
    const { client } = await clientOf([answer({ body: "1408088308" })]);
    expect(await client.timestamp(call)).toBe(1_408_088_308);
  });

  test("is not made up from something else", async () => {
    const { client } = await clientOf([answer({ body: "soon" })]);
    expect(await failure(client.timestamp(call))).toMatchObject({ code: "E_RESPONSE_INVALID" });
  });
});

describe("content", () => {
  test("is listed one name a line", async () => {
    const { client, server } = await clientOf([answer({ body: "gwe.v1.5.RC68.tar.gz\r\nsine.v1.tar.gz\r\n" })]);
    expect(await client.listContent("acme", call)).toEqual(["gwe.v1.5.RC68.tar.gz", "sine.v1.tar.gz"]);
    expect(server.requests[0]?.target).toBe("/provision/download?vendor=acme&model=acme");
  });

  test("has a type, a size, a time and a note", async () => {
    const { client } = await clientOf([answer({ body: "application/gzip,691529,1513931066,\n" })]);
    const info = await client.contentInfo("acme", "gwe.v1.5.RC68.tar.gz", call);
    expect(info).toEqual({ type: "application/gzip", size: 691_529, updated: "1513931066", meta: "" });
  });

  test("that is missing has no information, and cannot be opened", async () => {
    const { client } = await clientOf([answer({ status: 404 })]);
    expect(await client.contentInfo("acme", "x", call)).toBeUndefined();
    expect(await failure(client.openContent("acme", "x", { offset: 0 }, call))).toMatchObject({
      code: "E_CONTENT_MISSING",
    });
  });
});

describe("a part of a content", () => {
  test.each([
    [{ offset: 0 }, undefined],
    [{ offset: 3 }, "bytes=3-"],
    [{ offset: 3, length: 4 }, "bytes=3-6"],
    [{ offset: 0, length: 1 }, "bytes=0-0"],
    [{ last: 5 }, "bytes=-5"],
  ])("%j is asked for as %s", async (range, header) => {
    const { client, server } = await clientOf([answer({ status: 206, headers: { "Content-Range": "bytes 3-6/9" } })]);
    const stream = await client.openContent("acme", "x", range, call);
    stream.discard();
    expect(server.requests[0]?.headers["range"]).toBe(header);
    expect([stream.offset, stream.size]).toEqual([3, 9]);
  });

  test.each([
    ["a part of a length", { offset: 3, length: 4 }, 206, {}, 3, undefined],
    ["the rest", { offset: 3 }, 206, {}, 3, 7],
    ["the rest, chunked as well", { offset: 3 }, 206, { "Transfer-Encoding": "chunked" }, 3, undefined],
    ["a part of something unknown", { offset: 3 }, 206, { "Content-Range": "bytes 3-6/*" }, 3, 7],
    ["everything instead", { last: 2 }, 200, {}, 0, 4],
  ])("%s says where it begins and what the whole is", async (_what, range, status, headers, offset, size) => {
    const { client } = await clientOf([answer({ status, headers, body: "abcd" })]);
    const stream = await client.openContent("acme", "x", range, call);
    stream.discard();
    expect([stream.offset, stream.size]).toEqual([offset, size]);
  });

  test("of which nothing tells where it begins cannot be used", async () => {
    const { client } = await clientOf([answer({ status: 206, body: "ab" })]);
    const error = await failure(client.openContent("acme", "x", { last: 2 }, call));
    expect(error.message).toContain("it sends a part of x without saying which");
  });
});

describe("a kept connection that the server has closed meanwhile", () => {
  test.each<[string, (client: DeviceClient) => Promise<unknown>]>([
    ["a read", (client) => client.read(["a"], call)],
    ["a long poll", (client) => client.longPoll("a", { requestTimeoutMs: 10 }, call)],
    ["a record", (client) => client.record([{ alias: "a", timestamp: "1", value: "x" }], call)],
    ["an older record", (client) => client.recordAlias("a", [{ timestamp: "1", value: "x" }], call)],
    ["an activation", (client) => client.activate({ id: "x" }, call)],
    [
      "a body that may be repeated",
      (client) => client.send({ path: "/onep:v1/stack/record", body: Buffer.from("x"), repeatable: true }, call),
    ],
  ])("does not fail %s", async (_what, ask) => {
    const { client, server } = await clientOf([answer({ body: "1" }), hangUp(), answer({ body: CIK, status: 200 })]);
    await client.timestamp(call);
    await ask(client).catch((error: unknown) => expect(error).toMatchObject({ code: "E_RESPONSE_INVALID" }));
    expect(server.requests).toHaveLength(3);
  });

  test.each<[string, (client: DeviceClient) => Promise<unknown>]>([
    ["a write", (client) => client.write([["a", "1"]], call)],
    ["a write and read", (client) => client.readWrite(["a"], [["b", "1"]], call)],
    ["a record of so long ago", (client) => client.record([{ alias: "a", timestamp: "-5", value: "x" }], call)],
    ["a body as it is", (client) => client.send({ path: "/onep:v1/stack/record", body: Buffer.from("x") }, call)],
  ])("fails %s, which would be stored twice", async (_what, ask) => {
    const { client, server } = await clientOf([answer({ body: "1" }), hangUp(), answer({ status: 204 })]);
    await client.timestamp(call);
    expect(await failure(ask(client))).toMatchObject({ code: "E_UNREACHABLE" });
    expect(server.requests).toHaveLength(2);
  });
});

async function failure(work: Promise<unknown>): Promise<Error> {
  try {
    await work;
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error("expected a failure");
}
