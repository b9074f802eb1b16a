/** The real gwe and gmq, and a disk that counts as full since the limit is low. */
import { spawnSync } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import type { AlertEvent } from "@gateway-engine/protocol/alert-event";
import { launchProgram, runProgram } from "@gateway-engine/testkit/launched-program";
import { expect, onTestFinished, test } from "vitest";
import { type Call, Cloud } from "../support/cloud.ts";
import { Gateway, GWE } from "../support/gateway.ts";

const EVERY = "every = 0.2\nhold = 0.1\n";
const OTHERS = "memory = off\ntemperature = off\nrestarts = off\nqueue = off\ncertificate_days = off\n";

async function start() {
  const cloud = await Cloud.start();
  onTestFinished(() => cloud[Symbol.asyncDispose]());
  const gateway = await Gateway.make({ server: cloud.url });
  onTestFinished(() => gateway[Symbol.asyncDispose]());
  return { cloud, gateway };
}

async function limitDisk(gateway: Gateway, disk: string): Promise<void> {
  const text = await readFile(gateway.paths.engineConfig, "utf8");
  const [engine = ""] = text.split("\n[alerts]");
  await writeFile(gateway.paths.engineConfig, `${engine}\n[alerts]\ndisk = ${disk}\n${EVERY}${OTHERS}`);
}

/** With a port of the system's choice. */
async function startQueue({ paths, server }: Gateway): Promise<void> {
  await mkdir(paths.configDir, { recursive: true });
  await writeFile(paths.gmqCfg, "[mqtt]\nlisten = off\n[server]\nlisten = 127.0.0.1:0\n");
  const gmq = launchProgram("gmq", [], { env: { GWE_ROOT: paths.root, GWE_SERVER: server } });
  onTestFinished(() => gmq[Symbol.asyncDispose]());
  await gmq.printed(/takes data at/);
}

/** What the server took of the disk that was told first. */
function told(cloud: Cloud): readonly AlertEvent[] {
  const all = cloud.writes.flatMap(({ value }) =>
    value.startsWith('{"kind"') ? (JSON.parse(value) as AlertEvent) : [],
  );
  return all.filter(({ what }) => what === all[0]?.what);
}

const isAlert = ({ path, body }: Call) => `${path} ${body}`.includes("alert");

function aboveWhatItIs({ value }: AlertEvent): string {
  return `${Math.min(100, (value ?? 0) + 7)}%`;
}

async function first(cloud: Cloud): Promise<AlertEvent> {
  await cloud.until(() => told(cloud).length > 0);
  const [event] = told(cloud);
  if (event === undefined) throw new Error("no alert");
  return event;
}

test("a full disk is told through the queue when it begins and when it is over", async () => {
  const { cloud, gateway } = await start();
  await limitDisk(gateway, "1%");
  await startQueue(gateway);
  gateway.start();
  const raised = await first(cloud);
  expect(raised).toMatchObject({ kind: "disk", state: "raised", limit: 1, message: expect.stringContaining("% used") });
  await gateway.logged("alert: ");
  await limitDisk(gateway, aboveWhatItIs(raised));
  await cloud.until(() => told(cloud).length > 1);
  expect(told(cloud)).toMatchObject([raised, { kind: "disk", what: raised.what, state: "cleared" }]);
  expect(gateway.log).toContain("an alert was queued");
  expect(gateway.log).not.toContain("an alert was sent");
});

test("what happens while the line is down and the engine is killed arrives later, each once and in order", async () => {
  const { cloud, gateway } = await start();
  let isDown = true;
  cloud.fault = (call) => (isDown && isAlert(call) ? "drop" : undefined);
  await limitDisk(gateway, "1%");
  await startQueue(gateway);
  gateway.start();
  await gateway.logged("an alert was queued");
  await gateway.kill();
  gateway.start();
  await gateway.logged("were raised before");
  const { raised } = alertsOf(gateway);
  const [event] = raised;
  if (event === undefined) throw new Error("nothing is raised");
  await limitDisk(gateway, aboveWhatItIs(event));
  await gateway.logged(`alert cleared: ${event.what} `);
  expect(told(cloud)).toEqual([]);
  isDown = false;
  await runProgram("gmq", ["drain"], { env: { GWE_ROOT: gateway.paths.root } });
  await cloud.until(() => told(cloud).length > 1);
  expect(told(cloud).map(({ state }) => state)).toEqual(["raised", "cleared"]);
});

test("without a queue they go to the server, as soon as it answers", async () => {
  const { cloud, gateway } = await start();
  cloud.fault = (call) => (isAlert(call) ? "drop" : undefined);
  await limitDisk(gateway, "1%");
  gateway.start();
  await gateway.logged("an alert was not sent, it is kept");
  cloud.fault = () => undefined;
  expect(await first(cloud)).toMatchObject({ kind: "disk", state: "raised" });
  await gateway.logged("an alert was sent");
});

test("gwe alerts lists them while the engine runs, and afterwards", async () => {
  const { cloud, gateway } = await start();
  expect(gwe(gateway, "alerts")).toBe("no alert is raised\n");
  await limitDisk(gateway, "1%");
  gateway.start();
  const event = await first(cloud);
  await gateway.logged("an alert was sent");
  expect(alertsOf(gateway).raised).toContainEqual(event);
  expect(gwe(gateway, "alerts")).toMatch(
    /^SINCE +KIND +MESSAGE\n\S+ \S+ +disk +.*nearly full.*\n[\s\S]*TOLD +KIND +STATE/,
  );
  await gateway.stop();
  expect(alertsOf(gateway).events).toContainEqual({ ...event, sent: true });
});

function alertsOf(gateway: Gateway): { readonly raised: readonly AlertEvent[]; readonly events: readonly object[] } {
  return JSON.parse(gwe(gateway, "alerts", "--json"));
}

function gwe({ paths }: Gateway, ...args: readonly string[]): string {
  const env = { PATH: process.env["PATH"], GWE_NODE: process.execPath, GWE_ROOT: paths.root };
  return spawnSync(GWE, args, { encoding: "utf8", env }).stdout;
}
