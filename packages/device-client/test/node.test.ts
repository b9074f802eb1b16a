import { writeFile } from "node:fs/promises";
import { createServer } from "node:https";
import { join } from "node:path";
import { createAuthority } from "@gateway-engine/testkit/certificates";
import { freePort } from "@gateway-engine/testkit/free-port";
import { startHttpProxy } from "@gateway-engine/testkit/http-proxy";
import { listenOnLoopback } from "@gateway-engine/testkit/loopback";
import { temporaryFolder } from "@gateway-engine/testkit/temporary-folder";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ExositeAPI, Device as OriginalDevice } from "../src/exo.ts";
import { connectDeviceClient, openDevice } from "../src/node.ts";

const folder = temporaryFolder("node-face");
const call = { signal: new AbortController().signal };
const cfgFile = join(folder.path, "device.cfg");
const tls = {
  cert: join(folder.path, "cert.pem"),
  key: join(folder.path, "key.pem"),
  ca: join(folder.path, "ca.pem"),
};
const authority = createAuthority();
const served = authority.issue({ commonName: "acme.test", hosts: ["acme.test", "127.0.0.1"] });
/** CIK and certificate of each request, as the server saw them. */
const seen: { readonly cik: unknown; readonly device: unknown }[] = [];
const server = createServer({ ...served, ca: authority.cert, requestCert: true }, (request, response) => {
  const { socket } = request;
  const device =
    "getPeerCertificate" in socket ? (socket as import("node:tls").TLSSocket).getPeerCertificate() : undefined;
  seen.push({ cik: request.headers["x-exosite-cik"], device: device?.subject?.CN });
  response.writeHead(204).end();
});
let port = 0;

beforeAll(async () => {
  const device = authority.issue({ commonName: "device-42" });
  await writeFile(tls.cert, device.cert);
  await writeFile(tls.key, device.key);
  await writeFile(tls.ca, authority.cert);
  await writeFile(cfgFile, `cik = ${"c".repeat(40)}\nvendor = acme\nmodel = acme\nuuid = device-42\n`);
  port = await listenOnLoopback(server);
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
  folder.remove();
});

describe("a device with a client certificate", () => {
  test("is activated as it is, and sends no CIK", async () => {
    seen.splice(0);
    const device = await openDevice({ cfgFile, userAgent: "t/1", server: `https://127.0.0.1:${port}`, tls });
    expect(device.activated()).toBe(true);
    await device.activate(call);
    await device.write([["a", "1"]], call);
    expect(seen.splice(0)).toEqual([{ cik: undefined, device: "device-42" }]);
  });

  test("is so in the words of the original too", async () => {
    seen.splice(0);
    const device = await OriginalDevice.open("t/1", cfgFile, { url: `https://127.0.0.1:${port}`, tls });
    expect(device.activated()).toBe(true);
    expect((await device.httpWrite("a", "1")).success).toBe(true);
    expect(seen).toEqual([{ cik: undefined, device: "device-42" }]);
  });

  test("is not opened when a file is missing", async () => {
    const broken = { ...tls, key: join(folder.path, "none.pem") };
    await expect(openDevice({ cfgFile, userAgent: "t/1", tls: broken })).rejects.toThrow(
      `key ${broken.key}: no such file or folder`,
    );
  });
});

test("the calls alone take the same certificates", async () => {
  const options = { server: `https://127.0.0.1:${port}`, userAgent: "t/1", timeoutMs: 5000 };
  const client = await connectDeviceClient({ ...options, tls });
  expect(await client.read(["a"], call)).toEqual(new Map());
  const stranger = await connectDeviceClient({ ...options, tls: { ca: tls.ca } });
  await expect(stranger.read(["a"], call)).rejects.toMatchObject({ code: "E_TLS_REFUSED" });
});

test("a proxy that is named is gone through, and the server's name is checked behind it", async () => {
  await using proxy = await startHttpProxy();
  const network = { tls, proxy: `http://127.0.0.1:${proxy.port}` };
  const device = await openDevice({ cfgFile, userAgent: "t/1", server: `https://acme.test:${port}`, ...network });
  await device.write([["a", "1"]], call);
  expect(proxy.asked).toEqual([`CONNECT acme.test:${port}`]);
  const other = await openDevice({ cfgFile, userAgent: "t/1", server: `https://other.test:${port}`, ...network });
  await expect(other.write([["a", "1"]], call)).rejects.toMatchObject({ code: "E_TLS_UNTRUSTED" });
});

test("ExositeAPI takes the same, and reads the files when it is first used", async () => {
  seen.splice(0);
  const api = new ExositeAPI({ url: `https://127.0.0.1:${port}`, tls });
  expect(await api.httpWrite("a", 1)).toMatchObject({ success: true, code: 204 });
  expect(seen).toEqual([{ cik: undefined, device: "device-42" }]);
  const broken = new ExositeAPI({ url: `https://127.0.0.1:${port}`, tls: { ...tls, ca: "/nonexistent" } });
  await expect(broken.httpTimestamp()).rejects.toMatchObject({ code: "E_TLS_FILE" });
});

test("ExositeAPI with a bad certificate of the server is code 0, like every failure of the line", async () => {
  const api = new ExositeAPI({ url: `https://127.0.0.1:${port}`, proxy: "" });
  expect(await api.httpTimestamp()).toMatchObject({ code: 0, body: expect.stringContaining("is not trusted") });
  const nobody = new ExositeAPI({ url: `http://127.0.0.1:${await freePort()}` });
  expect((await nobody.httpTimestamp()).code).toBe(0);
});
