import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ListeningAddress, ListeningSocket, UnixListeningAddress } from "@gateway-engine/core/listening-sockets";
// The built module: the program that it starts is a built file beside it.
import { nodeListeningSockets } from "@gateway-engine/platform/listening-sockets";
import { freePort } from "@gateway-engine/testkit/free-port";
import { afterAll, expect, test } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "sockets-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const unix = (name: string, changes: Partial<UnixListeningAddress> = {}): UnixListeningAddress => ({
  kind: "unix",
  path: join(folder, name),
  mode: 0o600,
  owner: undefined,
  backlog: 5,
  ...changes,
});

async function open(address: ListeningAddress): Promise<ListeningSocket> {
  const opened = await nodeListeningSockets.open(address);
  if (!opened.ok) throw new Error(`${opened.problem.step}: ${opened.problem.code}`);
  return opened.value;
}

test("a connection waits, and is refused once the socket is closed", async () => {
  const socket = await open(unix("a.sock"));
  const client = connect(join(folder, "a.sock"));
  await once(client, "connect");
  socket.close();
  await once(client, "error");
  const late = connect(join(folder, "a.sock"));
  expect(await once(late, "error")).toMatchObject([{ code: "ECONNREFUSED" }]);
});

test("a socket file of a program that is gone is replaced, with the mode that is asked for", async () => {
  const first = await open(unix("b.sock"));
  first.close();
  expect(existsSync(join(folder, "b.sock"))).toBe(true);
  const second = await open(unix("b.sock", { mode: 0o620 }));
  expect(statSync(join(folder, "b.sock")).mode & 0o777).toBe(0o620);
  second.close();
});

test("a path too long for the kernel works", async () => {
  const deep = "deep-folder".repeat(12);
  mkdirSync(join(folder, deep));
  const socket = await open(unix(`${deep}/d.sock`));
  expect(existsSync(join(folder, deep, "d.sock"))).toBe(true);
  socket.close();
});

test("says why there is no socket, and leaves what is in the way", async () => {
  writeFileSync(join(folder, "file"), "mine");
  const port = await freePort();
  const taken = createServer().listen(port, "127.0.0.1");
  await once(taken, "listening");
  await expect(open(unix("file"))).rejects.toThrow("listen: EADDRINUSE");
  await expect(open(unix("missing/x.sock"))).rejects.toThrow("listen: ENOENT");
  const tcp = { kind: "tcp", host: "localhost", port, backlog: 5 } as const;
  await expect(open(tcp)).rejects.toThrow("listen: EADDRINUSE");
  await expect(open({ ...tcp, host: "no-such-host.invalid" })).rejects.toThrow("resolve: E");
  taken.close();
});
