/** Clients of three kinds, as people have them, at one gmq that is killed and started again while they send. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "@gateway-engine/testkit/free-port";
import { startRecordingDeviceServer } from "@gateway-engine/testkit/recording-device-server";
import mqtt from "mqtt";
import { expect, test } from "vitest";
import { GmqProcess, makeRoot } from "../test/process/gmq-process.ts";

const MESSAGES = 10_000;
/** Sent by one process of mosquitto_pub or curl, and again as a whole when that fails. */
const BATCH = 500;
const KILLS = 5;
/** While the clients send: forwarding is not what this is about. */
const NOWHERE = "http://127.0.0.1:9";

interface Ports {
  readonly mqtt: number;
  readonly http: number;
}

test("mosquitto_pub, curl and a client in Node publish 10,000 messages each while gmq is killed: all are there", async () => {
  await using server = await startRecordingDeviceServer();
  const ports = { mqtt: await freePort(), http: await freePort() };
  await using root = await makeRoot(NOWHERE);
  await root.put(root.paths.gmqCfg, cfgOf(ports));
  let sending = true;
  const clients = Promise.all([
    inBatches((values) => publishWithMosquitto(ports, values)),
    inBatches((values) => postWithCurl(ports, values)),
    publishFromNode(ports),
  ]).finally(() => {
    sending = false;
  });
  for (let kill = 0; sending; kill += 1) {
    await using gmq = await GmqProcess.start(root);
    if (kill === KILLS) await clients;
    else await sleep(700);
    await gmq.end("SIGKILL");
  }
  await clients;

  await using gmq = await GmqProcess.start(root, { env: { GWE_SERVER: server.url } });
  await gmq.untilQueued(0);
  const arrived = Map.groupBy(server.points, ({ alias }) => alias);
  for (const alias of ["mosquitto", "curl", "node"]) {
    const values = new Set(arrived.get(alias)?.map(({ value }) => Number(value)));
    expect([alias, values.size]).toEqual([alias, MESSAGES]);
  }
}, 300_000);

function cfgOf(ports: Ports): string {
  return [
    `[server]\nlisten = 127.0.0.1:${ports.http}`,
    `[mqtt]\nlisten = 127.0.0.1:${ports.mqtt}`,
    "[mqtt:all]\ntopic = +\ndevice = {1}\nproduct = product",
  ].join("\n");
}

async function inBatches(send: (values: readonly number[]) => Promise<number | null>): Promise<void> {
  for (let first = 1; first <= MESSAGES; first += BATCH) {
    const values = Array.from({ length: BATCH }, (_none, index) => first + index);
    while ((await send(values)) !== 0) await sleep(100);
  }
}

function publishWithMosquitto({ mqtt: port }: Ports, values: readonly number[]): Promise<number | null> {
  const args = ["-h", "127.0.0.1", "-p", String(port), "-t", "mosquitto", "-q", "1", "-l"];
  return run("mosquitto_pub", args, values.map((value) => `${value}\n`).join(""));
}

function postWithCurl({ http }: Ports, values: readonly number[]): Promise<number | null> {
  const url = `url = "http://127.0.0.1:${http}/onep:v1/stack/alias"`;
  const requests = values.map(
    (value) => `${url}\nheader = "X-Exosite-VMS: product product curl"\ndata = "curl=${value}"\nfail\nsilent\n`,
  );
  return run("curl", ["--parallel", "--fail-early", "-K", "-"], requests.join("next\n"));
}

async function publishFromNode({ mqtt: port }: Ports): Promise<void> {
  const client = mqtt.connect(`mqtt://127.0.0.1:${port}`, { reconnectPeriod: 50 });
  client.on("error", () => {});
  const values = Array.from({ length: MESSAGES }, (_none, index) => index + 1);
  for (let first = 0; first < MESSAGES; first += BATCH) {
    const batch = values.slice(first, first + BATCH);
    await Promise.all(batch.map((value) => client.publishAsync("node", String(value), { qos: 1 })));
  }
  await client.endAsync();
}

/** @returns the exit status */
async function run(program: string, args: readonly string[], input: string): Promise<number | null> {
  const child = spawn(program, args, { stdio: ["pipe", "ignore", "ignore"] });
  child.stdin.on("error", () => {});
  child.stdin.end(input);
  const [status] = (await once(child, "exit")) as [number | null];
  return status;
}
