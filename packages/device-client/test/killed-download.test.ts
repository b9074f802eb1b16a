/// <reference lib="esnext.disposable" />
/** A real process that downloads over a slow line, and is killed again and again. */
import { type ChildProcess, spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { readFileSync, statSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { listenOnLoopback } from "@gateway-engine/testkit/loopback";
import { temporaryFolder } from "@gateway-engine/testkit/temporary-folder";
import { expect, onTestFinished, test } from "vitest";

const PROGRAM = `
import { createDeviceClient } from "@gateway-engine/device-client/device-client";
import { downloadContent } from "@gateway-engine/device-client/download";
import { systemClock } from "@gateway-engine/platform/clock";
import { nodeFiles } from "@gateway-engine/platform/files";
import { createHttpClient } from "@gateway-engine/platform/http-client";
import { systemRandom } from "@gateway-engine/platform/random";
const [, server, destination] = process.argv;
const http = createHttpClient();
const client = createDeviceClient({ http, server, userAgent: "test", timeoutMs: 5000 });
const order = { product: "p", id: "app.v1.tar.gz", destination, maxBytes: 1e9, signal: new AbortController().signal };
console.log((await downloadContent({ client, files: nodeFiles, clock: systemClock, random: systemRandom }, order)).sha256);
http.close();
`;

const CONTENT = randomBytes(10_000_000);
const BYTES_PER_SECOND = 4_000_000;

/** A content area behind a slow line, which counts what it was made to send. */
async function slowContentArea() {
  const sent = { bytes: 0, firsts: [] as number[] };
  const server = createServer((request, response) => {
    if (request.url?.includes("info=true")) return void response.end(`application/gzip,${CONTENT.length},1,`);
    const first = Number(/^bytes=(\d+)-/.exec(request.headers.range ?? "")?.[1] ?? 0);
    sent.firsts.push(first);
    response.writeHead(206, { "Content-Range": `bytes ${first}-${CONTENT.length - 1}/${CONTENT.length}` });
    void trickle(response, first, (bytes) => {
      sent.bytes += bytes;
    });
  });
  const port = await listenOnLoopback(server);
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${port}`, sent };
}

async function trickle(response: ServerResponse, first: number, count: (bytes: number) => void): Promise<void> {
  response.on("error", () => {});
  for (let at = first; at < CONTENT.length && !response.destroyed; at += 40_000) {
    const piece = CONTENT.subarray(at, at + 40_000);
    response.write(piece);
    count(piece.length);
    await wait((1000 * piece.length) / BYTES_PER_SECOND);
  }
  response.end();
}

function start(server: string, destination: string): ChildProcess {
  const child = spawn(process.execPath, ["--input-type=module", "-e", PROGRAM, server, destination], {
    cwd: import.meta.dirname,
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  return child;
}

test("of 10 MB at 4 MB/s, less than a megabyte is fetched twice for each kill, and the content is whole", async () => {
  const { url, sent } = await slowContentArea();
  const folder = temporaryFolder("killed");
  onTestFinished(() => folder.remove());
  const destination = join(folder.path, "app.v1.tar.gz");
  const kills = 5;
  for (let life = 1; life <= kills; life += 1) {
    const child = start(url, destination);
    const closed = once(child, "close");
    while (partLength(destination) < life * 1_700_000) await wait(5);
    child.kill("SIGKILL");
    await closed;
  }
  const last = start(url, destination);
  let printed = "";
  last.stdout?.on("data", (text: Buffer) => {
    printed += text.toString();
  });
  await once(last, "close");
  expect(printed.trim()).toBe(createHash("sha256").update(CONTENT).digest("hex"));
  expect(readFileSync(destination).equals(CONTENT)).toBe(true);
  expect(sent.firsts).toHaveLength(kills + 1);
  expect(sent.firsts.slice(1).every((first) => first > 0)).toBe(true);
  expect(sent.bytes - CONTENT.length).toBeLessThan(kills * 1_000_000);
}, 60_000);

/** Bytes of the part, as they lie there now. */
function partLength(destination: string): number {
  return statSync(`${destination}.part`, { throwIfNoEntry: false })?.size ?? 0;
}
