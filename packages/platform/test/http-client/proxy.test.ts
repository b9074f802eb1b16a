import { oneProxy } from "@gateway-engine/core/proxy";
import { createAuthority } from "@gateway-engine/testkit/certificates";
import { freePort } from "@gateway-engine/testkit/free-port";
import { startHttpProxy } from "@gateway-engine/testkit/http-proxy";
import { describe, expect, test } from "vitest";
import { createHttpClient } from "../../src/http-client.ts";
import { startAnsweringServer } from "./answering-server.ts";

const authority = createAuthority();
const certificate = authority.issue({ commonName: "fleet.test", hosts: ["fleet.test"] });

/** A client that reaches everything but this machine through the proxy. */
function clientThrough(proxy: string) {
  const http = createHttpClient({ tls: { ca: authority.cert }, proxy: oneProxy(proxy, { file: "t", key: "proxy" }) });
  const post = async (url: string, timeoutMs = 5000, signal = new AbortController().signal) =>
    (await http.request({ method: "POST", url, body: "hello", timeoutMs, signal })).text(1000);
  return { post, [Symbol.dispose]: () => http.close() };
}

test("http:// goes to the proxy with the whole address", async () => {
  await using server = await startAnsweringServer();
  await using proxy = await startHttpProxy();
  using client = clientThrough(`http://127.0.0.1:${proxy.port}`);
  const url = `http://fleet.test:${server.port}/x?y`;
  expect(await client.post(url)).toBe("hello");
  expect(proxy.asked).toEqual([`POST ${url}`]);
});

test("https:// goes through one tunnel, which is kept, and the server is the one that is asked for", async () => {
  await using server = await startAnsweringServer(certificate);
  await using proxy = await startHttpProxy();
  using client = clientThrough(`http://127.0.0.1:${proxy.port}`);
  const url = `https://fleet.test:${server.port}`;
  expect(await client.post(url)).toBe("hello");
  expect(await client.post(url)).toBe("hello");
  expect(proxy.asked).toEqual([`CONNECT fleet.test:${server.port}`]);
});

test("this machine is reached without the proxy", async () => {
  await using server = await startAnsweringServer();
  using client = clientThrough(`http://127.0.0.1:${await freePort()}`);
  expect(await client.post(`http://127.0.0.1:${server.port}/`)).toBe("hello");
});

describe("a proxy with a password", () => {
  test.each(["http", "https"])("lets %s:// through with the one of its address", async (scheme) => {
    await using server = await startAnsweringServer(scheme === "https" ? certificate : undefined);
    await using proxy = await startHttpProxy({ user: "me@home", password: "s3:cret" });
    using client = clientThrough(`http://me%40home:s3%3Acret@127.0.0.1:${proxy.port}`);
    expect(await client.post(`${scheme}://fleet.test:${server.port}/`)).toBe("hello");
  });

  test.each([
    ["http", "", "asks for a user and a password (407)"],
    ["https", "", "asks for a user and a password (407)"],
    ["http", "me:wrong@", "does not accept its user and password (407)"],
    ["https", "me:wrong@", "does not accept its user and password (407)"],
  ])("turns %s:// with %j down, and no password is shown", async (scheme, pair, problem) => {
    await using proxy = await startHttpProxy({ user: "me", password: "secret" });
    using client = clientThrough(`http://${pair}127.0.0.1:${proxy.port}`);
    const shown = `http://${pair.replace("wrong", "***")}127.0.0.1:${proxy.port}`;
    await expect(client.post(`${scheme}://fleet.test/`)).rejects.toThrow(`the proxy ${shown} ${problem}`);
  });
});

describe("a proxy that fails", () => {
  test.each(["http", "https"])("is named when it is not there (%s)", async (scheme) => {
    const port = await freePort();
    using client = clientThrough(`127.0.0.1:${port}`);
    await expect(client.post(`${scheme}://fleet.test/`)).rejects.toThrow(
      `the proxy http://127.0.0.1:${port} does not get through to ${scheme}://fleet.test: connection refused`,
    );
  });

  test("is named when it opens no tunnel", async () => {
    await using proxy = await startHttpProxy({ answerConnect: 403 });
    using client = clientThrough(`http://127.0.0.1:${proxy.port}`);
    await expect(client.post("https://fleet.test/")).rejects.toMatchObject({
      code: "E_PROXY",
      message: `the proxy http://127.0.0.1:${proxy.port} does not connect to fleet.test:443 (403)`,
    });
  });

  test("is understood when it asks for a password with 401, as some do", async () => {
    await using proxy = await startHttpProxy({ answerConnect: 401 });
    using client = clientThrough(`http://127.0.0.1:${proxy.port}`);
    await expect(client.post("https://fleet.test/")).rejects.toThrow("asks for a user and a password (401)");
  });

  test("is given up when it is silent", async () => {
    await using proxy = await startHttpProxy({ answerConnect: 0 });
    using client = clientThrough(`http://127.0.0.1:${proxy.port}`);
    await expect(client.post("https://fleet.test/", 50)).rejects.toMatchObject({ code: "E_TIMEOUT" });
  });

  test("is left as soon as the request is cancelled", async () => {
    await using proxy = await startHttpProxy({ answerConnect: 0 });
    using client = clientThrough(`http://127.0.0.1:${proxy.port}`);
    const controller = new AbortController();
    const pending = client.post("https://fleet.test/", 60_000, controller.signal).catch((cause: unknown) => cause);
    await expect.poll(() => proxy.asked.length, { interval: 2 }).toBe(1);
    controller.abort();
    expect(await pending).toMatchObject({ code: "E_CANCELLED" });
  });
});
