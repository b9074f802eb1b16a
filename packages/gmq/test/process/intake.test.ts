import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { connect } from "node:net";
import { reachableSocketPath } from "@gateway-engine/platform/socket-path";
import { startRecordingDeviceServer } from "@gateway-engine/testkit/recording-device-server";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { GmqProcess, type GmqRoot, makeRoot, runGmq } from "./gmq-process.ts";

const VMS = { "X-Exosite-VMS": "product product intake" };
const CIK = "7f091cf4b16de3fb3172c253eb35109a6992d76b";

describe("a gmq whose server is away", () => {
  let root: GmqRoot;
  let gmq: GmqProcess;

  beforeAll(async () => {
    const absent = await startRecordingDeviceServer();
    await absent.stop();
    root = await makeRoot(absent.url);
    gmq = await GmqProcess.start(root);
  });

  afterAll(async () => {
    await gmq[Symbol.asyncDispose]();
    await root[Symbol.asyncDispose]();
  });

  test.each([
    { what: "a write", path: "/onep:v1/stack/alias", body: 'report={"coffee level": 63}.', headers: VMS },
    { what: "a record", path: "/onep:v1/stack/alias/log", body: "1408088308=it's time", headers: VMS },
    { what: "a CIK alone", path: "/onep:v1/stack/alias", body: "a=1", headers: { "X-Exosite-CIK": CIK } },
    { what: "both headers", path: "/onep:v1/stack/alias", body: "a=1", headers: { ...VMS, "X-Exosite-CIK": CIK } },
    {
      what: "an identity with an empty CIK",
      path: "/onep:v1/stack/alias",
      body: "a=1",
      headers: { ...VMS, "X-Exosite-CIK": "" },
    },
  ])("answers 204 and nothing else to $what", async ({ path, body, headers }) => {
    const answer = await gmq.post(path, body, headers);
    expect({ status: answer.status, body: await answer.text() }).toEqual({ status: 204, body: "" });
  });

  test.each([
    { what: "no header", path: "/onep:v1/stack/alias", body: "a=1", headers: {}, status: 401, says: "X-Exosite-VMS" },
    {
      what: "a VMS of two words",
      path: "/onep:v1/stack/alias",
      body: "a=1",
      headers: { "X-Exosite-VMS": "a b" },
      status: 400,
      says: "<vendor> <model> <serial number>",
    },
    {
      what: "an empty body",
      path: "/onep:v1/stack/alias",
      body: "",
      headers: VMS,
      status: 400,
      says: "<alias>=<value>",
    },
    { what: "a raw & in a value", path: "/onep:v1/stack/alias", body: "a=x&y", headers: VMS, status: 400, says: "%26" },
    {
      what: "a record without a time",
      path: "/onep:v1/stack/alias/log",
      body: "now=1",
      headers: VMS,
      status: 400,
      says: "seconds since 1970",
    },
    {
      what: "a record without an alias",
      path: "/onep:v1/stack/alias/",
      body: "1=1",
      headers: VMS,
      status: 400,
      says: "alias",
    },
    {
      what: "an activation without a serial number",
      path: "/provision/activate",
      body: "vendor=a&model=b",
      headers: {},
      status: 400,
      says: "sn=",
    },
    {
      what: "an unknown path",
      path: "/onep:v1/rpc/process",
      body: "{}",
      headers: VMS,
      status: 404,
      says: "/onep:v1/stack/alias",
    },
    {
      what: "a value over 1 MiB",
      path: "/onep:v1/stack/alias",
      body: `a=${"x".repeat(1_048_577)}`,
      headers: VMS,
      status: 413,
      says: "1048576",
    },
    {
      what: "a body over the limit",
      path: "/onep:v1/stack/alias",
      body: `a=${"%41".repeat(1_100_000)}`,
      headers: VMS,
      status: 413,
      says: "over",
    },
  ])("answers $status to $what, and one line that says why", async ({ path, body, headers, status, says }) => {
    const answer = await gmq.post(path, body, headers);
    expect(answer.status).toBe(status);
    const text = await answer.text();
    expect(text).toContain(says);
    expect(text.trimEnd().split("\n")).toHaveLength(1);
  });

  test.each(["declared", "chunked"])("answers 413 to each of ten bodies over the limit, %s", async (form) => {
    const bytes = Buffer.alloc(4_000_000, "x");
    const { port } = new URL(/http:\S+/.exec(gmq.output)?.[0] ?? "");
    const headers = { ...VMS, ...(form === "declared" ? { "Content-Length": bytes.length } : {}) };
    for (let time = 0; time < 10; time += 1) {
      const call = request({ host: "127.0.0.1", port, path: "/onep:v1/stack/alias", method: "POST", headers });
      call.write(bytes.subarray(0, 1000));
      call.end(bytes.subarray(1000));
      const [answer] = (await once(call, "response")) as [IncomingMessage];
      answer.resume();
      expect(answer.statusCode).toBe(413);
    }
  });

  test("takes a value of exactly 1 MiB with every byte escaped", async () => {
    expect(await gmq.write(VMS["X-Exosite-VMS"], `a=${"%00".repeat(1_048_576)}`)).toBe(204);
  });

  test("answers 204 to an activation that it cannot have yet", async () => {
    const answer = await gmq.post("/provision/activate", "vendor=product&model=product&sn=new", {});
    expect(answer.status).toBe(204);
  });

  test("takes data on the unix socket too, and says there how much it holds", async () => {
    const status = await new Promise((resolve, reject) => {
      const socketPath = reachableSocketPath(root.paths.gmqSocket);
      const headers = { ...VMS, "Content-Length": 3 };
      request({ socketPath, path: "/onep:v1/stack/alias", method: "POST", headers }, (answer) =>
        resolve(answer.resume().statusCode),
      )
        .on("error", reject)
        .end("a=1");
    });
    expect(status).toBe(204);
    const { stdout } = await runGmq(root, "status", "--json");
    expect(JSON.parse(stdout)).toMatchObject({ forwarded: 0, setAside: 0, pid: gmq.pid });
    expect(JSON.parse(stdout).queued).toBeGreaterThan(0);
    expect(JSON.parse(stdout).oldestAt).toBeGreaterThan(1_500_000_000_000);
  });

  test("is not held up by hundreds of clients that are half open or in the middle of a request", async () => {
    const { port } = new URL(/http:\S+/.exec(gmq.output)?.[0] ?? "");
    const beginnings = [
      "",
      "POST /onep:v1/stack/alias HTTP/1.1\r\nHost: x\r\nX-Exos",
      "POST /onep:v1/stack/alias HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\na=",
    ];
    const sockets = await Promise.all(
      Array.from({ length: 300 }, async (_, index) => {
        const socket = connect(Number(port), "127.0.0.1");
        socket.on("error", () => {});
        await once(socket, "connect");
        socket.write(beginnings[index % beginnings.length] ?? "");
        return socket;
      }),
    );
    const answers = await Promise.all(Array.from({ length: 50 }, () => gmq.write(VMS["X-Exosite-VMS"], "a=1")));
    expect(new Set(answers)).toEqual(new Set([204]));
    for (const socket of sockets) socket.destroy();
  });

  test("answers 431 to a header that never ends, and 400 to what is not HTTP", async () => {
    const { port } = new URL(/http:\S+/.exec(gmq.output)?.[0] ?? "");
    const ask = async (sent: string) => {
      const socket = connect(Number(port), "127.0.0.1");
      socket.end(sent);
      const [answer] = (await once(socket, "data")) as [Buffer];
      socket.destroy();
      return String(answer).split("\r\n")[0];
    };
    expect(await ask(`POST / HTTP/1.1\r\nX-Exosite-VMS: ${"v".repeat(20_000)}`)).toMatch(/ 431 /);
    expect(await ask("make me a coffee\r\n\r\n")).toMatch(/ 400 /);
  });

  test("answers 421 to a web page whose name points to this machine", async () => {
    const { port } = new URL(/http:\S+/.exec(gmq.output)?.[0] ?? "");
    const answer = await new Promise<IncomingMessage>((resolve) => {
      const headers = { Host: `attacker.example:${port}`, ...VMS };
      request({ port: Number(port), path: "/onep:v1/stack/alias", method: "POST", headers }, resolve).end("a=1");
    });
    answer.resume();
    expect(answer.statusCode).toBe(421);
  });

  test("goes on after a client that leaves in the middle of its body", async () => {
    const { port } = new URL(/http:\S+/.exec(gmq.output)?.[0] ?? "");
    await new Promise<void>((resolve) => {
      const socket = connect(Number(port), "127.0.0.1", () => {
        socket.write("POST /onep:v1/stack/alias HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\na=");
        socket.end(() => socket.destroy());
      });
      socket.once("close", () => resolve());
    });
    expect(await gmq.write(VMS["X-Exosite-VMS"], "a=1")).toBe(204);
    expect(gmq.output).not.toContain("ERROR");
  });
});

test("a value of awkward bytes arrives as it would if it had been sent to the server itself", async () => {
  await using server = await startRecordingDeviceServer();
  await using root = await makeRoot(server.url);
  await using gmq = await GmqProcess.start(root);
  server.admit(CIK);
  const bodies = [
    "v=%26%3D%25%2B%0A%00",
    "v=x&w=1",
    "v==x=y",
    "v=100%",
    "v=a+b c%20d",
    "v=%FF%fe%80",
    'v={"quote": "raw", "n": [1, 2]}',
    "v=line one\nline two\r\n",
    "na%20me%3D=x",
    "v=",
  ].map((body) => Buffer.from(body));
  bodies.push(Buffer.from([0x76, 0x3d, 0x00, 0xff, 0x80, 0x0a]));
  for (const body of bodies) {
    const headers = { "X-Exosite-CIK": CIK };
    await fetch(`${server.url}/onep:v1/stack/alias`, { method: "POST", body, headers });
    const direct = server.points.splice(0);
    expect((await gmq.post("/onep:v1/stack/alias", body, headers)).status).toBe(204);
    await server.until(() => server.points.length === direct.length);
    const queued = server.points.splice(0);
    expect(queued.map(({ alias, value }) => ({ alias, value }))).toEqual(
      direct.map(({ alias, value }) => ({ alias, value })),
    );
  }
});

test("an alias of awkward characters in the path of a record arrives as that alias", async () => {
  await using server = await startRecordingDeviceServer();
  await using root = await makeRoot(server.url);
  await using gmq = await GmqProcess.start(root);
  await gmq.post("/onep:v1/stack/alias/a%20b%26c+d", "1408088308.5=%26", VMS);
  await server.until(() => server.points.length === 1);
  expect(server.points[0]).toMatchObject({ alias: "a b&c+d", timestamp: "1408088308.5", value: Buffer.from("&") });
});
