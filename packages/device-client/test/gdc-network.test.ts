import { writeFile } from "node:fs/promises";
import { createServer } from "node:https";
import { join } from "node:path";
import type { TLSSocket } from "node:tls";
import { createAuthority } from "@gateway-engine/testkit/certificates";
import { startHttpProxy } from "@gateway-engine/testkit/http-proxy";
import { runProgram } from "@gateway-engine/testkit/launched-program";
import { listenOnLoopback } from "@gateway-engine/testkit/loopback";
import { answer, startScriptedHttpServer } from "@gateway-engine/testkit/scripted-http-server";
import { temporaryFolder } from "@gateway-engine/testkit/temporary-folder";
import { afterAll, expect, test } from "vitest";

const folder = temporaryFolder("gdc-network");
afterAll(() => folder.remove());

function gdc(args: readonly string[], env: Readonly<Record<string, string>>) {
  return runProgram("gdc", args, { cwd: folder.path, env: { GWE_ROOT: folder.path, ...env } });
}

test("a device with a certificate gets through a proxy to a server with a private authority, and sends no CIK", async () => {
  const authority = createAuthority();
  const device = authority.issue({ commonName: "device-42" });
  const [cert, key, ca] = ["cert.pem", "key.pem", "ca.pem"].map((name) => join(folder.path, name));
  if (cert === undefined || key === undefined || ca === undefined) throw new Error("three files are named");
  await Promise.all([writeFile(cert, device.cert), writeFile(key, device.key), writeFile(ca, authority.cert)]);
  const served = authority.issue({ commonName: "fleet.test", hosts: ["fleet.test"] });
  const seen: unknown[] = [];
  const server = createServer({ ...served, ca: authority.cert, requestCert: true }, ({ socket, headers }, response) => {
    seen.push([(socket as TLSSocket).getPeerCertificate().subject.CN, headers["x-exosite-cik"]]);
    response.writeHead(204).end();
  });
  const port = await listenOnLoopback(server);
  try {
    await using proxy = await startHttpProxy({ user: "me", password: "secret" });
    const args = ["-C", cert, "-K", key, "-E", ca, "-H", `https://fleet.test:${port}`, "http", "write", "a", "1"];
    const through = { HTTPS_PROXY: `http://me:secret@127.0.0.1:${proxy.port}` };
    expect(await gdc(args, through)).toEqual({ status: 0, stdout: "[204] No content\n", stderr: "" });
    expect(seen).toEqual([["device-42", undefined]]);
    expect(proxy.asked).toEqual([`CONNECT fleet.test:${port}`]);

    const turnedDown = await gdc(args, { HTTPS_PROXY: `http://me:wrong@127.0.0.1:${proxy.port}` });
    const problem = `the proxy http://me:***@127.0.0.1:${proxy.port} does not accept its user and password (407)`;
    expect(turnedDown).toEqual({ status: 69, stdout: "", stderr: `gdc: ${problem}\n` });
  } finally {
    server.close();
    server.closeAllConnections();
  }
});

test("a server over plain HTTP is reached through its own proxy, and one that is excepted without", async () => {
  await using server = await startScriptedHttpServer([answer({ body: "1408088308" })]);
  await using proxy = await startHttpProxy();
  const { port } = new URL(server.url);
  const HTTP_PROXY = `http://127.0.0.1:${proxy.port}`;
  const args = ["-H", `http://fleet.test:${port}`, "http", "timestamp"];
  expect((await gdc(args, { HTTP_PROXY })).stdout).toBe("1408088308\n");
  expect(proxy.asked).toEqual([`GET http://fleet.test:${port}/timestamp`]);
  expect((await gdc(args, { HTTP_PROXY, NO_PROXY: "fleet.test" })).stderr).toMatch(
    /^gdc: cannot reach http:\/\/fleet\.test/,
  );
  expect(proxy.asked).toHaveLength(1);
});

test("an address that is no HTTP proxy's is a mistake of the configuration", async () => {
  const { status, stderr } = await gdc(["-H", "https://fleet.test", "http", "timestamp"], {
    HTTPS_PROXY: "socks5://me:secret@127.0.0.1:1080",
  });
  expect([status, stderr]).toEqual([
    78,
    "gdc: the environment: HTTPS_PROXY is socks5://***@127.0.0.1:1080, but must be an HTTP proxy such as http://proxy.example.com:3128\n",
  ]);
});
