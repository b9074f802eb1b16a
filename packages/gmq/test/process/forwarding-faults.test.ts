/** Whatever a server or the line to it does, the queue ends empty, and the server has everything, once and in order. */
import {
  answer,
  cutAfter,
  hang,
  hangUp,
  type Reply,
  rawReply,
  slowly,
  startScriptedHttpServer,
  wrongLength,
} from "@gateway-engine/testkit/scripted-http-server";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type FaultyServer, startFaultyServer } from "./faulty-server.ts";
import { GmqProcess, type GmqRoot, makeRoot } from "./gmq-process.ts";

const TIMEOUT_SECONDS = 0.3;

const portal = answer({ status: 200, headers: { "Content-Type": "text/html" }, body: "<h1>Please log in</h1>" });

const faults: readonly { readonly what: string; readonly reply: Reply }[] = [
  { what: "is half-open and never answers", reply: hang() },
  {
    what: "cuts the connection in the middle of an answer",
    reply: cutAfter(10, answer({ status: 500, body: "x".repeat(99) })),
  },
  { what: "speaks another protocol", reply: rawReply("SSH-2.0-OpenSSH_9.2\r\n") },
  { what: "sends bytes that mean nothing", reply: rawReply(Buffer.from([0, 255, 13, 10, 0, 128, 13, 10, 13, 10])) },
  { what: "ends in the middle of its headers", reply: rawReply("HTTP/1.1 204 No Con") },
  { what: "sends headers without an end", reply: rawReply(`HTTP/1.1 204 OK\r\nX: ${"x".repeat(100_000)}`, "keep") },
  { what: "promises a longer body than it sends", reply: wrongLength({ status: 409, body: "log=1", claimed: 1000 }) },
  { what: "sends a body without an end", reply: rawReply(`HTTP/1.1 500 No\r\n\r\n${"x".repeat(3_000_000)}`, "keep") },
  {
    what: "sends its answer byte by byte",
    reply: slowly({ bytes: 1, everyMs: 50 }, answer({ status: 500, body: "x".repeat(1000) })),
  },
  { what: "redirects for now", reply: answer({ status: 302, headers: { Location: "http://127.0.0.1:9/" } }) },
  {
    what: "redirects with the method kept",
    reply: answer({ status: 308, headers: { Location: "http://127.0.0.1:9/" } }),
  },
  { what: "is a captive portal", reply: portal },
  { what: "answers 201", reply: answer({ status: 201 }) },
  { what: "answers 408", reply: answer({ status: 408 }) },
  { what: "answers 421", reply: answer({ status: 421 }) },
  { what: "answers 425", reply: answer({ status: 425 }) },
  { what: "answers 429 with Retry-After", reply: answer({ status: 429, headers: { "Retry-After": "1" } }) },
  {
    what: "answers 429 with a Retry-After that means nothing",
    reply: answer({ status: 429, headers: { "Retry-After": "soon" } }),
  },
  { what: "answers 500", reply: answer({ status: 500, body: "<html>oops</html>" }) },
  { what: "answers 502", reply: answer({ status: 502 }) },
  { what: "answers 503 with Retry-After", reply: answer({ status: 503, headers: { "Retry-After": "1" } }) },
  { what: "answers 504", reply: answer({ status: 504 }) },
  { what: "answers 599", reply: answer({ status: 599 }) },
];

describe("a server that at first", () => {
  let server: FaultyServer;
  let root: GmqRoot;
  let gmq: GmqProcess;

  beforeAll(async () => {
    server = await startFaultyServer();
    root = await makeRoot(server.http.url, `[upstream:main]\ntimeout = ${TIMEOUT_SECONDS}\n`);
    gmq = await GmqProcess.start(root);
  });

  afterAll(async () => {
    await gmq.end("SIGKILL");
    await server.http.stop();
    await root[Symbol.asyncDispose]();
  });

  test.concurrent.each(faults.map((fault, index) => ({ ...fault, serial: `device-${index}` })))(
    "$what",
    async ({ reply, serial }) => {
      server.fault(serial, reply);
      for (const value of ["1", "2", "3"])
        expect(await gmq.write(`product product ${serial}`, `log=${value}`)).toBe(204);
      await gmq.printed(new RegExp(`${serial} ::> data waits: `));
      while (server.valuesOf(serial).length < 3) await server.http.seen(server.http.requests.length + 1);
      expect(server.valuesOf(serial)).toEqual(["1", "2", "3"]);
      expect(server.faultsOf(serial)).toBe(1);
    },
  );

  test("has been given everything in the end", async () => {
    await gmq.untilQueued(0);
    expect(await gmq.status()).toMatchObject({ forwarded: 3 * faults.length, setAside: 0 });
  });
});

test.each([
  { keeps: "has closed a kept connection is asked again at once", headers: {}, waits: 0 },
  { keeps: "cuts a new connection is given time", headers: { Connection: "close" }, waits: 1 },
])("a server that $keeps", async ({ headers, waits }) => {
  await using server = await startScriptedHttpServer([
    answer({ body: "c".repeat(40), headers }),
    hangUp(),
    answer({ status: 204 }),
  ]);
  await using root = await makeRoot(server.url);
  await using gmq = await GmqProcess.start(root);
  await gmq.write("product product cut-off", "log=1");
  await gmq.untilQueued(0);
  expect(server.requests.map(({ target }) => target.split("/").at(-1))).toEqual(["activate", "record", "record"]);
  expect(gmq.output.match(/data waits/g) ?? []).toHaveLength(waits);
});
