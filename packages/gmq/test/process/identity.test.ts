import { text } from "node:stream/consumers";
import { listenHttp } from "@gateway-engine/platform/http-server";
import type { GatewayIdentityAnswer } from "@gateway-engine/protocol/local-control";
import { startRecordingDeviceServer } from "@gateway-engine/testkit/recording-device-server";
import { expect, test } from "vitest";
import { GmqProcess, type GmqRoot, makeRoot } from "./gmq-process.ts";

const FIRST = "1".repeat(40);
const SECOND = "2".repeat(40);
const GATEWAY = "product product gw-1";
const IDENTITY = { vendor: "product", model: "product", uuid: "gw-1" };

test("the gateway's own CIK is asked of gwe, waited for, and never activated here", async () => {
  await using server = await startRecordingDeviceServer();
  await using root = await makeRoot(server.url);
  await using gwe = await startGwe(root, { ...IDENTITY, cik: "" });
  await using gmq = await GmqProcess.start(root);
  expect(await gmq.write(GATEWAY, "count=1")).toBe(204);
  await gmq.printed(/product product gw-1 has no CIK yet/);
  server.admit(FIRST);
  gwe.answer = { ...IDENTITY, cik: FIRST };
  await server.until(() => server.points.length === 1);
  expect(server.points[0]?.cik).toBe(FIRST);
  expect(server.calls.map(({ path }) => path)).not.toContain("/provision/activate");
});

test("a refused CIK of the gateway makes gmq ask gwe to activate, and the new one is used", async () => {
  await using server = await startRecordingDeviceServer();
  await using root = await makeRoot(server.url);
  await using gwe = await startGwe(root, { ...IDENTITY, cik: FIRST });
  gwe.onActivate = () => {
    server.admit(SECOND);
    gwe.answer = { ...IDENTITY, cik: SECOND };
  };
  await using gmq = await GmqProcess.start(root);
  expect(await gmq.write(GATEWAY, "count=1")).toBe(204);
  await server.until(() => server.points.length === 1);
  expect(server.points[0]?.cik).toBe(SECOND);
  expect(server.calls.map(({ path }) => path)).not.toContain("/provision/activate");
});

test("a CIK of the gateway that was refused by mistake is used again when gwe keeps it, and from then on", async () => {
  await using server = await startRecordingDeviceServer();
  server.admit(FIRST);
  await using root = await makeRoot(server.url);
  await using gwe = await startGwe(root, { ...IDENTITY, cik: FIRST });
  let mistakes = 0;
  server.fail(({ path }) => {
    if (path !== "/onep:v1/stack/record" || mistakes === 1) return undefined;
    mistakes += 1;
    return { kind: "answer", status: 401 };
  });
  await using gmq = await GmqProcess.start(root);
  for (const value of [1, 2, 3]) {
    await gmq.write(GATEWAY, `count=${value}`);
    await server.until(() => server.points.length === value);
  }
  expect(gwe.refused).toEqual([FIRST]);
});

test("without gwe, the gateway's CIK is read from Gateway.cfg, and a client can ask for it", async () => {
  await using server = await startRecordingDeviceServer();
  server.admit(FIRST);
  await using root = await makeRoot(server.url);
  await root.put(root.paths.gatewayCfg, gatewayCfg({ cik: FIRST, uuid: "gw-1" }));
  await using gmq = await GmqProcess.start(root);
  await gmq.write(GATEWAY, "count=1");
  await server.until(() => server.points.length === 1);
  expect(server.points[0]?.cik).toBe(FIRST);
  const answer = await gmq.post("/provision/activate", "vendor=product&model=product&sn=gw-1", {});
  expect({ status: answer.status, body: await answer.text() }).toEqual({ status: 200, body: FIRST });
  expect(server.calls.map(({ path }) => path)).not.toContain("/provision/activate");
});

test("a client that gives the gateway's CIK shares its queue, and its renewal", async () => {
  await using server = await startRecordingDeviceServer();
  await using root = await makeRoot(server.url);
  await using gwe = await startGwe(root, { ...IDENTITY, cik: FIRST });
  gwe.onActivate = () => {
    server.admit(SECOND);
    gwe.answer = { ...IDENTITY, cik: SECOND };
  };
  await using gmq = await GmqProcess.start(root);
  await gmq.post("/onep:v1/stack/alias", "count=1", { "X-Exosite-CIK": FIRST });
  await gmq.write(GATEWAY, "count=2");
  await server.until(() => server.points.length === 2);
  expect(server.points.map(({ value }) => String(value))).toEqual(["1", "2"]);
});

test("a device that may be the gateway itself is not activated while the gateway's serial number is unknown", async () => {
  await using server = await startRecordingDeviceServer();
  await using root = await makeRoot(server.url);
  await root.put(root.paths.gatewayCfg, gatewayCfg({ cik: "''", uuid: "''", iface: "eth0" }));
  await using gmq = await GmqProcess.start(root);
  await gmq.write("product product AA:BB:CC:DD:EE:FF", "count=1");
  await gmq.printed(/may be the gateway itself/);
  await gmq.write("other other sensor-1", "count=2");
  await server.until(() => server.points.length === 1);
  expect([...server.ciks.keys()]).toEqual(["other other sensor-1"]);
});

test("a device whose activation is refused keeps its data, and a client can have it tried again", async () => {
  await using server = await startRecordingDeviceServer();
  await using root = await makeRoot(server.url);
  server.fail(() => ({ kind: "answer", status: 404 }));
  await using gmq = await GmqProcess.start(root);
  await gmq.write("product product unknown", "count=1");
  await gmq.printed(/product product unknown has no CIK yet: .*404/);
  server.fail(() => undefined);
  await gmq.post("/provision/activate", "vendor=product&model=product&sn=unknown", {});
  await server.until(() => server.points.length === 1);
});

interface FakeGwe extends AsyncDisposable {
  answer: GatewayIdentityAnswer;
  onActivate: () => void;
  /** The CIKs that it was told of. */
  readonly refused: string[];
}

/** The two questions that gmq asks gwe, on gwe's real socket. */
async function startGwe(root: GmqRoot, first: GatewayIdentityAnswer): Promise<FakeGwe> {
  const door = await listenHttp({
    listen: { socketPath: root.paths.gweSocket, mode: 0o600 },
    onError: (error) => {
      throw error;
    },
    handle: async (request, response) => {
      if (request.method === "GET" && request.url === "/identity") {
        response.writeHead(200, { "Content-Type": "application/json" }).end(JSON.stringify(gwe.answer));
      } else if (request.method === "POST" && request.url === "/activate") {
        gwe.refused.push(JSON.parse(await text(request)).cik);
        gwe.onActivate();
        response.writeHead(202).end();
      } else {
        response.writeHead(404).end();
      }
    },
  });
  const gwe: FakeGwe = { answer: first, onActivate: () => {}, refused: [], [Symbol.asyncDispose]: () => door.stop(0) };
  return gwe;
}

function gatewayCfg(values: { readonly cik: string; readonly uuid: string; readonly iface?: string }): string {
  const { cik, uuid, iface = "''" } = values;
  return `[device]\ncik = ${cik}\nmodel = product\nvendor = product\nuuid = ${uuid}\niface = ${iface}\n\n`;
}
