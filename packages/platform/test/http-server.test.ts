import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { Agent, type IncomingMessage, request as nodeRequest } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { ConfigError } from "@gateway-engine/core/errors";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createHttpClient } from "../src/http-client.ts";
import {
  type HttpServerOptions,
  type IncomingRequest,
  listenHttp,
  type OutgoingResponse,
  type RunningHttpServer,
  readBody,
} from "../src/http-server.ts";

const http = createHttpClient();
const running: RunningHttpServer[] = [];
let folder: string;
let socketPath: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "gwe-http-"));
  socketPath = join(folder, "run", "a.sock");
});

afterEach(async () => {
  for (const server of running.splice(0)) await server.stop(0);
  await rm(folder, { recursive: true, force: true });
});

const TCP = { host: "127.0.0.1", port: 0, option: "--listen" } as const;

async function listen(options: Partial<HttpServerOptions> = {}): Promise<RunningHttpServer> {
  const server = await listenHttp({
    listen: TCP,
    handle: (_request, response) => void response.end("hello"),
    onError: (error) => {
      throw error;
    },
    ...options,
  });
  running.push(server);
  return server;
}

function request(url: string, socket?: string) {
  const signal = new AbortController().signal;
  const more = socket === undefined ? {} : { socketPath: socket };
  return http.request({ method: "POST", url, body: "0123456789", timeoutMs: 5000, signal, ...more });
}

describe("on a TCP address", () => {
  test("it answers", async () => {
    const { port } = await listen();
    expect(await (await request(`http://127.0.0.1:${port}/`)).text(10)).toBe("hello");
  });

  test("it says who to ask when the port is taken", async () => {
    const { port } = await listen();
    await expect(listen({ listen: { ...TCP, port } })).rejects.toMatchObject({
      code: "E_PORT_IN_USE",
      details: { address: `127.0.0.1:${port}`, option: "--listen" },
    });
  });

  test("it answers 400 to what is no HTTP", async () => {
    const { port } = await listen();
    const socket = connect(port, "127.0.0.1", () => socket.write("nonsense\r\n\r\n"));
    const chunks: Buffer[] = [];
    for await (const chunk of socket) chunks.push(chunk as Buffer);
    expect(Buffer.concat(chunks).toString()).toMatch(/^HTTP\/1\.1 400 /);
  });

  test("a client that is answered 400 and never leaves takes nobody's place", async () => {
    const { port } = await listen({ maxConnections: 1 });
    const stubborn = connect({ host: "127.0.0.1", port, allowHalfOpen: true }, () =>
      stubborn.write("nonsense\r\n\r\n"),
    );
    stubborn.resume();
    await once(stubborn, "end");
    const answered = async () => expect(await (await request(`http://127.0.0.1:${port}/`)).text(10)).toBe("hello");
    await vi.waitFor(answered, { timeout: 5000 });
    stubborn.destroy();
  });
});

describe("on a unix socket", () => {
  test("only its owner may open it", async () => {
    await listen({ listen: { socketPath, mode: 0o600 } });
    expect((await stat(socketPath)).mode & 0o777).toBe(0o600);
    expect(await (await request("http://localhost/", socketPath)).text(10)).toBe("hello");
  });

  test("a socket file that a killed program left behind is taken over", async () => {
    await writeFile(join(folder, "stale.sock"), "");
    await listen({ listen: { socketPath: join(folder, "stale.sock"), mode: 0o600 } });
  });

  test("one that is answered is not taken away from its program", async () => {
    await listen({ listen: { socketPath, mode: 0o600 } });
    await expect(listen({ listen: { socketPath, mode: 0o600 } })).rejects.toMatchObject({ code: "E_PORT_IN_USE" });
    expect(await (await request("http://localhost/", socketPath)).text(10)).toBe("hello");
  });

  test("a path that is too long for the kernel works all the same", async () => {
    const long = join(folder, "x".repeat(120), "a.sock");
    await listen({ listen: { socketPath: long, mode: 0o600 } });
    expect(existsSync(long)).toBe(true);
    expect(await (await request("http://localhost/", long)).text(10)).toBe("hello");
  });
});

describe("a handler that fails", () => {
  test("is answered 500 with our own words, and reported", async () => {
    const errors: unknown[] = [];
    const failure = new ConfigError("E_CONFIG_VALUE", { file: "f", key: "k", got: "g", want: "w" });
    const { port } = await listen({ handle: () => Promise.reject(failure), onError: (error) => errors.push(error) });
    const response = await request(`http://127.0.0.1:${port}/`);
    expect(response.status).toBe(500);
    expect(await response.text(100)).toBe("f: k is g, but must be w\n");
    expect(errors).toEqual([failure]);
  });

  test("is answered too when the request was read to its end before", async () => {
    const { port } = await listen({
      handle: async (incoming) => {
        await readBody(incoming, 100);
        throw new ConfigError("E_CONFIG_VALUE", { file: "f", key: "k", got: "g", want: "w" });
      },
      onError: () => {},
    });
    expect((await request(`http://127.0.0.1:${port}/`)).status).toBe(500);
  });

  test("tells the other side nothing of a bug", async () => {
    const { port } = await listen({ handle: () => Promise.reject(new TypeError("secret")), onError: () => {} });
    expect(await (await request(`http://127.0.0.1:${port}/`)).text(100)).toBe("internal error\n");
  });
});

test("a body is read up to the limit", async () => {
  const sizes: (number | undefined)[] = [];
  const { port } = await listen({
    handle: async (message, response) => {
      sizes.push((await readBody(message, message.url === "/small" ? 9 : 10))?.length);
      response.writeHead(sizes.at(-1) === undefined ? 413 : 204).end();
    },
  });
  expect((await request(`http://127.0.0.1:${port}/`)).status).toBe(204);
  expect((await request(`http://127.0.0.1:${port}/small`)).status).toBe(413);
  expect(sizes).toEqual([10, undefined]);
});

describe("a body over the limit", () => {
  const answerSize = async (message: IncomingRequest, response: OutgoingResponse) => {
    const body = await readBody(message, 1000);
    if (body === undefined) response.writeHead(413).end("too large");
    else response.end(String(body.length));
  };

  test.each([
    { how: "declared, on one connection", headers: { "Content-Length": "4000000" }, keepAlive: true },
    { how: "chunked, on one connection", headers: { "Transfer-Encoding": "chunked" }, keepAlive: true },
    { how: "declared, each on its own connection", headers: { "Content-Length": "4000000" }, keepAlive: false },
    { how: "chunked, each on its own connection", headers: { "Transfer-Encoding": "chunked" }, keepAlive: false },
  ])("is read to its end, so that its client reads the answer: $how", async ({ headers, keepAlive }) => {
    const { port } = await listen({ handle: answerSize });
    const agent = new Agent({ keepAlive, maxSockets: 1 });
    const ports = new Set<number | undefined>();
    try {
      for (let time = 0; time < 10; time += 1) {
        const call = nodeRequest({ port, host: "127.0.0.1", method: "POST", headers, agent });
        call.on("socket", (socket) => socket.once("connect", () => ports.add(socket.localPort)));
        call.end(Buffer.alloc(4_000_000, "x"));
        const [answer] = (await once(call, "response")) as [IncomingMessage];
        expect(answer.statusCode).toBe(413);
        expect(await text(answer)).toBe("too large");
      }
    } finally {
      agent.destroy();
    }
    expect(ports.size).toBe(keepAlive ? 1 : 10);
  });

  test("that never ends is cut off", async () => {
    const { port } = await listen({ handle: answerSize });
    const socket = connect(port, "127.0.0.1");
    socket.on("error", () => {});
    socket.write("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000\r\n\r\n");
    const chunk = Buffer.alloc(1_048_576);
    const send = () => {
      while (!socket.destroyed && socket.write(chunk));
    };
    socket.on("drain", send);
    send();
    await new Promise((resolve) => socket.once("close", resolve));
    expect(socket.bytesWritten).toBeLessThan(200_000_000);
  });

  test("whose client leaves in the middle troubles nobody", async () => {
    const left = Promise.withResolvers<void>();
    const { port } = await listen({
      handle: (message, response) => {
        message.once("close", left.resolve);
        return answerSize(message, response);
      },
    });
    const socket = connect(port, "127.0.0.1");
    socket.write(`POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n\r\n${"x".repeat(2000)}`, () =>
      socket.resetAndDestroy(),
    );
    await left.promise;
    expect((await request(`http://127.0.0.1:${port}/`)).status).toBe(200);
  });
});

describe("stopping", () => {
  test("lets a running request end, and waits for nothing else", async () => {
    let finish = () => {};
    const arrived = Promise.withResolvers<void>();
    const server = await listen({
      keepAliveMs: 60_000,
      handle: (_request, response) => {
        finish = () => void response.end("done");
        arrived.resolve();
      },
    });
    const pending = request(`http://127.0.0.1:${server.port}/`);
    await arrived.promise;
    const stopped = server.stop(60_000);
    finish();
    expect(await (await pending).text(10)).toBe("done");
    await stopped;
  });

  test("cuts what is not done at the deadline", async () => {
    const arrived = Promise.withResolvers<void>();
    const server = await listen({ handle: () => arrived.resolve() });
    const pending = request(`http://127.0.0.1:${server.port}/`).catch((error: unknown) => error);
    await arrived.promise;
    await server.stop(20);
    expect(await pending).toMatchObject({ code: "E_UNREACHABLE" });
  });
});
