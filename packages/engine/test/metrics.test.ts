/** The metrics of a running gateway: who may read them, who may bring some, and where they are sent. */
import { mkdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { createHttpClient } from "@gateway-engine/platform/http-client";
import { answer, startScriptedHttpServer } from "@gateway-engine/testkit/scripted-http-server";
import { afterAll, describe, expect, test } from "vitest";
import { Cloud } from "./support/cloud.ts";
import { Gateway } from "./support/gateway.ts";

const { signal } = new AbortController();
const http = createHttpClient();
afterAll(() => http.close());

interface Asked {
  readonly method?: "GET" | "PUT" | "DELETE";
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

async function ask(where: { url: string; socketPath?: string }, { method = "GET", ...rest }: Asked = {}) {
  const response = await http.request({ method, ...where, ...rest, timeoutMs: 20_000, signal });
  const { status, headers } = response;
  return { status, type: headers["content-type"], text: await response.text(1_000_000) };
}

const control = (gateway: Gateway, path = "/metrics") => ({
  url: `http://gwe${path}`,
  socketPath: gateway.paths.gweSocket,
});

async function portOf(gateway: Gateway): Promise<number> {
  await gateway.logged("metrics are served on port ");
  return Number(/metrics are served on port (\d+)/.exec(gateway.log)?.[1]);
}

describe("GET /metrics", { timeout: 60_000 }, () => {
  test("tells on the control socket, without any setting, how gateway, engine, programs and queue are", async () => {
    await using cloud = await Cloud.start();
    await using gateway = await Gateway.make({ server: cloud.url });
    gateway.start();
    await gateway.logged("checked in");
    const { status, type, text } = await ask(control(gateway));
    expect({ status, type }).toEqual({ status: 200, type: "text/plain; version=0.0.4; charset=utf-8" });
    const lines = text.split("\n");
    expect(lines).toContain("gwe_activated 1");
    expect(lines).toContain('gwe_check_ins_total{result="done"} 1');
    expect(lines).toContain("gwe_update_interval_seconds 3600");
    expect(lines).toContain("gwe_supervisor_up 0");
    expect(lines).toContain("gmq_up 0");
    expect(text).toMatch(/^gwe_build_info\{version="2\.0\.0",runtime="\d+\.\d+\.\d+"\} 1$/m);
    expect(text).toMatch(/^node_memory_MemTotal_bytes \d{6,}$/m);
    expect((await ask(control(gateway, "/metricsx"))).status).toBe(400);
    expect((await ask(control(gateway, "/metrics/a/b"))).status).toBe(404);
    await expect(stat(gateway.paths.metricsSocket)).rejects.toThrow("ENOENT");
  });

  test("tells the same on loopback where that is set, to programs of this machine", async () => {
    await using cloud = await Cloud.start();
    await using gateway = await Gateway.make({ server: cloud.url, engine: "[metrics]\nlisten = 127.0.0.1:0" });
    gateway.start();
    const url = `http://127.0.0.1:${await portOf(gateway)}/metrics`;
    expect((await ask({ url })).text).toContain("\ngwe_update_interval_seconds 3600\n");
    expect((await ask({ url }, { headers: { Host: "evil.example.com" } })).status).toBe(421);
    expect((await ask({ url: `${url}/x` })).status).toBe(404);
    expect(gateway.log).not.toContain("anybody");
  });

  test("at another address is open to readers alone, and the log warns", async () => {
    await using cloud = await Cloud.start();
    await using gateway = await Gateway.make({ server: cloud.url, engine: "[metrics]\nlisten = 0.0.0.0:0" });
    gateway.start();
    const url = `http://127.0.0.1:${await portOf(gateway)}/metrics`;
    expect((await ask({ url })).status).toBe(200);
    expect((await ask({ url: `${url}/app` }, { method: "PUT", body: "a 1\n" })).status).toBe(404);
    expect(gateway.log).toContain("WARNING-engine ::> anybody who reaches http://0.0.0.0:0/metrics");
  });

  test("a port that is taken does not end the engine", async () => {
    await using cloud = await Cloud.start();
    await using other = await startScriptedHttpServer([answer({ status: 204 })]);
    const { host } = new URL(other.url);
    await using gateway = await Gateway.make({ server: cloud.url, engine: `[metrics]\nlisten = ${host}` });
    gateway.start();
    await gateway.logged(`${host} is in use by another program; stop it or choose another with [metrics] listen`);
    await gateway.logged("checked in");
    expect((await ask(control(gateway))).status).toBe(200);
  });
});

test("applications bring metrics over a socket of their own and as files, and read nobody's", {
  timeout: 60_000,
}, async () => {
  await using cloud = await Cloud.start();
  await using gateway = await Gateway.make({ server: cloud.url });
  const folder = join(gateway.paths.root, "text");
  await mkdir(folder);
  await writeFile(join(folder, "pump.prom"), "# TYPE level gauge\nlevel 1.5\n");
  await writeFile(join(folder, "bad.prom"), "level\n");
  await writeFile(
    gateway.paths.engineConfig,
    `[metrics]\nsocket = on\nlisten = 127.0.0.1:0\ntext_folder = ${folder}\n`,
  );
  gateway.start();
  const url = `http://127.0.0.1:${await portOf(gateway)}/metrics`;
  const { metricsSocket: socketPath } = gateway.paths;
  await gateway.logged(`applications may bring metrics over ${socketPath}`);
  expect((await stat(socketPath)).mode & 0o777).toBe(0o666);
  const own = (path: string) => ({ url: `http://gwe${path}`, socketPath });
  expect((await ask(own("/metrics"))).status).toBe(404);
  const put = (where: { url: string; socketPath?: string }, body: string) => ask(where, { method: "PUT", body });
  expect((await put(own("/metrics/sine"), "# TYPE level gauge\nlevel 2\n")).status).toBe(204);
  expect((await put({ url: `${url}/loop` }, "level_loop 3\n")).status).toBe(204);
  expect(await put(own("/metrics/sine"), "level two\n")).toMatchObject({
    status: 400,
    text: 'line 1: level: "two" is no number\n',
  });
  expect((await put(own("/metrics/sine"), "a".repeat(262_145))).status).toBe(413);
  const { text } = await ask({ url });
  expect(text).toContain('# TYPE level gauge\nlevel{application="sine"} 2\nlevel{application="pump"} 1.5\n');
  expect(text).toContain('level_loop{application="loop"} 3\n');
  expect(text).toContain(
    'gwe_metrics_text_error{application="bad",source="file",reason="line 1: level: \\"\\" is no number"} 1\n',
  );
  expect((await ask(own("/metrics/sine"), { method: "DELETE" })).status).toBe(204);
  expect((await ask({ url })).text).not.toContain("sine");
});

test("OTLP goes to a collector again and again, compressed, and a collector that fails is told of once", {
  timeout: 60_000,
}, async () => {
  await using cloud = await Cloud.start();
  await using collector = await startScriptedHttpServer([
    answer({ status: 503 }),
    answer({ status: 503 }),
    answer({ status: 200, body: "{}" }),
  ]);
  const section = `[metrics]\notlp = ${collector.url}/v1/metrics\notlp_every = 1`;
  await using gateway = await Gateway.make({ server: cloud.url, engine: section });
  gateway.start();
  await gateway.logged("metrics can be sent again");
  expect(gateway.log.split("metrics could not be sent")).toHaveLength(2);
  const request = collector.requests[2];
  expect(request).toMatchObject({ method: "POST", target: "/v1/metrics" });
  const body = JSON.parse(gunzipSync(request?.body ?? new Uint8Array()).toString("utf8"));
  const [{ resource, scopeMetrics }] = body.resourceMetrics;
  expect(resource.attributes).toContainEqual({ key: "service.instance.id", value: { stringValue: "gw-1" } });
  const names = scopeMetrics[0].metrics.map(({ name }: { name: string }) => name);
  expect(names).toEqual(expect.arrayContaining(["gwe_check_ins_total", "node_cpu_seconds_total", "gmq_up"]));
});
