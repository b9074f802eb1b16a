/** What the real queue has sent is in the book of the real engine, to the byte. */
import { mkdir, writeFile } from "node:fs/promises";
import { createHttpClient } from "@gateway-engine/platform/http-client";
import { GWE_CONTROL_PATHS, type QueueStatusAnswer, type TrafficAnswer } from "@gateway-engine/protocol/local-control";
import { startCountingRelay } from "@gateway-engine/testkit/counting-relay";
import { launchProgram } from "@gateway-engine/testkit/launched-program";
import { startRecordingDeviceServer } from "@gateway-engine/testkit/recording-device-server";
import { expect, onTestFinished, test } from "vitest";
import { Gateway } from "../support/gateway.ts";

const PUMP = "acme pump 7";

test("an application's data is entered as the device's that it sends as", async () => {
  await using server = await startRecordingDeviceServer();
  await using relay = await startCountingRelay(server.port);
  await using gateway = await Gateway.make({ server: server.url });
  const { paths } = gateway;
  await mkdir(paths.configDir, { recursive: true });
  await writeFile(paths.gmqCfg, "[mqtt]\nlisten = off\n[server]\nlisten = 127.0.0.1:0\n");
  const env = { GWE_ROOT: paths.root, GWE_SERVER: `http://127.0.0.1:${relay.port}` };
  await using queue = launchProgram("gmq", [], { env });
  const [, url = ""] = await queue.printed(/takes data at (http:\S+)\s/);

  for (let count = 0; count < 5; count += 1) {
    const headers = { "X-Exosite-VMS": PUMP };
    const { status } = await fetch(`${url}/onep:v1/stack/alias`, { method: "POST", headers, body: `count=${count}` });
    expect(status).toBe(204);
  }
  const queued = async () => ((await (await fetch(`${url}/status`)).json()) as QueueStatusAnswer).queued;
  await expect.poll(queued, { timeout: 15_000 }).toBe(0);

  gateway.start();
  const ask = asker(paths.gweSocket);
  await expect.poll(async () => (await ask()).map(({ key }) => key[0]), { timeout: 15_000 }).toContain(PUMP);
  const rows = (await ask()).filter(({ key }) => key[0] === PUMP);
  expect(rows.map(({ key }) => key[1]).sort()).toEqual(["activate", "forward"]);
  expect(rows.reduce((sum, { sent }) => sum + sent, 0)).toBe(relay.sent);
  expect(rows.reduce((sum, { received }) => sum + received, 0)).toBe(relay.received);
});

/** @returns asks the engine who spent what, for which purpose; nothing while it does not answer */
function asker(socketPath: string): () => Promise<TrafficAnswer["rows"]> {
  const http = createHttpClient();
  onTestFinished(() => http.close());
  const url = `http://gwe${GWE_CONTROL_PATHS.traffic}?by=purpose&days=1`;
  return async () => {
    const request = { method: "GET", url, socketPath, timeoutMs: 10_000, signal: AbortSignal.timeout(10_000) } as const;
    const answer = await http.request(request).catch(() => undefined);
    return answer === undefined ? [] : (JSON.parse(await answer.text(1_048_576)) as TrafficAnswer).rows;
  };
}
