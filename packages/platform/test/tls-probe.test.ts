import { createServer, type Server } from "node:https";
import { createAuthority } from "@gateway-engine/testkit/certificates";
import { listenOnLoopback } from "@gateway-engine/testkit/loopback";
import { afterAll, beforeAll, expect, test } from "vitest";
import { probeTls } from "../src/tls-probe.ts";

const { signal } = new AbortController();
const authority = createAuthority();
const validity = { from: Date.UTC(2020, 0) / 1000, to: Date.UTC(2048, 0) / 1000 };
let server: Server;
let port = 0;

beforeAll(async () => {
  server = createServer(authority.issue({ commonName: "fleet.test", hosts: ["127.0.0.1"], validity }));
  port = await listenOnLoopback(server, 0);
});
afterAll(() => server.close());

function probe(ca?: string) {
  const credentials = ca === undefined ? {} : { ca };
  return probeTls({ host: "127.0.0.1", port, credentials, timeoutMs: 5000, signal });
}

test("tells whom a trusted certificate is for, and until when", async () => {
  expect(await probe(authority.cert)).toMatchObject({
    ok: true,
    value: { subject: "fleet.test", issuer: "Test Authority", validTo: Date.UTC(2048, 0), problem: undefined },
  });
});

test("looks at a certificate that is not trusted all the same, and says why", async () => {
  expect(await probe()).toMatchObject({
    ok: true,
    value: { subject: "fleet.test", problem: expect.stringMatching(/\w/) },
  });
});

test("a server that does not answer is a problem in words", async () => {
  const gone = createServer();
  const nobody = await listenOnLoopback(gone, 0);
  await new Promise((resolve) => gone.close(resolve));
  const found = await probeTls({ host: "127.0.0.1", port: nobody, credentials: {}, timeoutMs: 5000, signal });
  expect(found).toEqual({ ok: false, problem: "connection refused" });
});
