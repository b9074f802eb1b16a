/** A server that asks for a client certificate, and the engine as a real process. */
import { writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { createServer } from "node:tls";
import { createAuthority } from "@gateway-engine/testkit/certificates";
import { listenOnLoopback } from "@gateway-engine/testkit/loopback";
import { type TemporaryFolder, temporaryFolder } from "@gateway-engine/testkit/temporary-folder";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Cloud } from "./support/cloud.ts";
import { Gateway } from "./support/gateway.ts";

const authority = createAuthority();
let folder: TemporaryFolder;

beforeEach(() => {
  folder = temporaryFolder("engine-tls");
});
afterEach(() => folder.remove());

/** TLS in front of a cloud, for those alone who show a certificate of the authority. */
async function startTlsBefore(cloud: Cloud) {
  const served = authority.issue({ commonName: "fleet", hosts: ["127.0.0.1"] });
  const options = { ...served, ca: authority.cert, requestCert: true, rejectUnauthorized: true };
  const server = createServer(options, (client) => {
    const upstream = connect(Number(new URL(cloud.url).port), "127.0.0.1");
    client.pipe(upstream).pipe(client);
    for (const [socket, other] of [[client, upstream] as const, [upstream, client] as const]) {
      socket.on("error", () => {});
      socket.on("close", () => other.destroy());
    }
  });
  const url = `https://127.0.0.1:${await listenOnLoopback(server)}`;
  return { url, [Symbol.dispose]: () => void server.close() };
}

async function file(name: string, text: string): Promise<string> {
  const path = join(folder.path, name);
  await writeFile(path, text, { mode: 0o600 });
  return path;
}

describe("a server that asks for a certificate", { timeout: 60_000 }, () => {
  test("is shown the one of Engine.config, and trusted by the authority named there", async () => {
    const { cert, key } = authority.issue({ commonName: "gw-1" });
    const [certFile, keyFile] = [await file("cert.pem", cert), await file("key.pem", key)];
    const ca = await file("ca.pem", authority.cert);
    await using cloud = await Cloud.start();
    using tls = await startTlsBefore(cloud);
    const engine = `tls_cert = ${certFile}\ntls_key = ${keyFile}\ntls_ca = ${ca}\n`;
    await using gateway = await Gateway.make({ server: tls.url, engine });
    expect(await gateway.run("--once")).toBe(0);
    expect(await gateway.read("etc/gateway-engine/Gateway.cfg")).toContain(`cik = ${cloud.cik}\n`);
  });

  test("is not reached without one, and the log says so", async () => {
    await using cloud = await Cloud.start();
    using tls = await startTlsBefore(cloud);
    const engine = `tls_ca = ${await file("ca.pem", authority.cert)}\n`;
    await using gateway = await Gateway.make({ server: tls.url, engine });
    expect(await gateway.run("--once")).toBe(69);
    expect(gateway.log).toContain("it asks for one; name one as cert and key");
    expect(cloud.calls).toEqual([]);
  });

  test("a file that is not there ends the engine, which names the option", async () => {
    await using gateway = await Gateway.make({ server: "https://127.0.0.1:1", engine: "tls_ca = /nonexistent.pem\n" });
    expect(await gateway.run("--once")).toBe(78);
    expect(gateway.log).toContain("gwe: tls_ca /nonexistent.pem: no such file or folder");
  });
});
