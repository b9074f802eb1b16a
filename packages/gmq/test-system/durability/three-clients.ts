/** mosquitto_pub, curl and mqtt.js send at once, while the queue is killed and started again. */
import { setTimeout as sleep } from "node:timers/promises";
import type { DeliveryReport } from "@gateway-engine/testkit/faults/delivery-report";
import { freePort } from "@gateway-engine/testkit/free-port";
import { SeededRandom } from "@gateway-engine/testkit/seeded-random";
import { type Outbox, postWithCurl, publishWithMosquitto, publishWithMqttJs, UNDER_WAY } from "./clients.ts";
import { Stage } from "./stage.ts";

export interface ClientsSetup {
  /** Of each client. */
  readonly messages: number;
  readonly kills: number;
  readonly seed: number;
}

export interface ClientsOutcome {
  readonly report: DeliveryReport;
  /** How many messages may have arrived more than once: those under way when the queue was killed. */
  readonly mayRepeat: number;
}

const SHORTEST_LIFE_MS = 300;
const LONGEST_LIFE_MS = 1200;
const DRAIN_LIMIT_MS = 120_000;

export async function sendFromThreeClients({ messages, kills, seed }: ClientsSetup): Promise<ClientsOutcome> {
  const port = await freePort();
  await using stage = await Stage.open({ gmqCfg: gmqCfg(port) });
  const outbox = async (serial: string): Promise<Outbox> => {
    const keys = Array.from({ length: messages }, (_, index) => `${serial}-${index}`);
    await Promise.all(keys.map((key) => stage.ledger.sending(key, serial)));
    return { serial, keys, accepted: (key) => void stage.ledger.answered(key, true) };
  };
  const outboxes = {
    mosquitto: await outbox("mosquitto"),
    curl: await outbox("curl"),
    mqttJs: await outbox("mqtt-js"),
  };

  let gmq = await stage.start();
  const sending = Promise.all([
    publishWithMosquitto(port, outboxes.mosquitto),
    postWithCurl(stage.socket, stage.notes, outboxes.curl),
    publishWithMqttJs(port, outboxes.mqttJs),
  ]);
  const random = new SeededRandom(seed);
  for (let kill = 0; kill < kills; kill += 1) {
    await sleep(SHORTEST_LIFE_MS + random.below(LONGEST_LIFE_MS - SHORTEST_LIFE_MS));
    await gmq.end("SIGKILL");
    gmq = await stage.start();
  }
  await using last = gmq;
  await sending;
  await last.untilQueued(0, DRAIN_LIMIT_MS);
  const underWay = Object.values(UNDER_WAY).reduce((sum, count) => sum + count, 0);
  return { report: stage.report(), mayRepeat: 2 * kills * underWay };
}

function gmqCfg(port: number): string {
  return `[unq]
batch_qty = 500
[mqtt]
listen = 127.0.0.1:${port}
[mqtt:test]
topic = test/+
product = product
device = {1}
alias = value
`;
}
