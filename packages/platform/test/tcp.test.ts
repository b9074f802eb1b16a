import { once } from "node:events";
import { createServer } from "node:net";
import { freePort } from "@gateway-engine/testkit/free-port";
import { expect, test } from "vitest";
import { nodeTcpDialer } from "../src/tcp.ts";

const host = "127.0.0.1";
const never = new AbortController().signal;

test("a port that somebody listens on takes a connection", async () => {
  const server = createServer((socket) => socket.destroy()).listen(0, host);
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  expect(await nodeTcpDialer.probe({ host, port }, 5000, never)).toBeUndefined();
  server.close();
});

test("a port that nobody listens on refuses it", async () => {
  expect(await nodeTcpDialer.probe({ host, port: await freePort() }, 5000, never)).toBe("connection refused");
});

test("a probe that is called off rejects", async () => {
  const probe = nodeTcpDialer.probe({ host, port: await freePort() }, 5000, AbortSignal.abort());
  await expect(probe).rejects.toMatchObject({ code: "E_CANCELLED" });
});
