/** Clients as they are found on gateways. Each sends its messages until the queue has promised to keep every one of them. */
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { endWithTests } from "@gateway-engine/testkit/end-with-tests";
import { fullValue } from "@gateway-engine/testkit/faults/ledger-entry";
import { connectAsync } from "mqtt";

export interface Outbox {
  /** Of the device product/product. */
  readonly serial: string;
  readonly keys: readonly string[];
  /** Called for each message when the queue has promised to keep it. */
  readonly accepted: (key: string) => void;
}

/** Messages that a client has under way at the same time: so many may arrive once or twice more after each cut. */
export const UNDER_WAY = { mosquitto: 20, curl: 1, mqttJs: 100 } as const;

/** Before a client that gave up is started again. */
const PAUSE_MS = 100;

/** `mosquitto_pub -l`: a message for each line of its input. */
export function publishWithMosquitto(port: number, outbox: Outbox): Promise<void> {
  return untilAllAccepted(outbox, async (keys, accepted) => {
    const where = ["-h", "127.0.0.1", "-p", String(port), "-t", topicOf(outbox)];
    const client = spawn("mosquitto_pub", ["-d", "-l", "-q", "1", "-M", String(UNDER_WAY.mosquitto), ...where]);
    endWithTests(client);
    client.stderr.resume();
    // It ends early when the queue goes away in the wrong moment.
    client.stdin.on("error", () => {});
    client.stdin.end(keys.map((key) => `${fullValue(key)}\n`).join(""));
    for await (const line of createInterface(client.stdout)) {
      // It numbers the messages from 1.
      const acknowledged = /received PUBACK \(Mid: (\d+), RC:0\)/.exec(line)?.[1];
      const key = keys[Number(acknowledged) - 1];
      if (key !== undefined) accepted(key);
    }
  });
}

/** One curl that makes a request for each message. */
export function postWithCurl(socket: string, folder: string, outbox: Outbox): Promise<void> {
  return untilAllAccepted(outbox, async (keys, accepted) => {
    const config = `${folder}/curl.config`;
    writeFileSync(config, keys.map((key) => curlRequest(key, socket, outbox)).join("next\n"));
    const client = spawn("curl", ["--silent", "--config", config]);
    endWithTests(client);
    client.stderr.resume();
    for await (const line of createInterface(client.stdout)) {
      const [status, key] = line.split(" ");
      if (status === "204" && key !== undefined) accepted(key);
    }
  });
}

/** mqtt.js, which connects again by itself. */
export async function publishWithMqttJs(port: number, outbox: Outbox): Promise<void> {
  const client = await connectAsync(`mqtt://127.0.0.1:${port}`, { reconnectPeriod: PAUSE_MS });
  // Each lost connection is an error event, and part of the test.
  client.on("error", () => {});
  const waiting = [...outbox.keys];
  const publish = async () => {
    for (let key = waiting.shift(); key !== undefined; key = waiting.shift()) {
      try {
        await client.publishAsync(topicOf(outbox), fullValue(key), { qos: 1 });
        outbox.accepted(key);
      } catch {
        // The line was cut, and mqtt.js does not say whether it sends this message again by itself.
        waiting.push(key);
        await sleep(PAUSE_MS);
      }
    }
  };
  await Promise.all(Array.from({ length: UNDER_WAY.mqttJs }, publish));
  await client.endAsync();
}

/** Starts a client with what is not accepted yet, again and again. */
async function untilAllAccepted(
  { keys, accepted }: Outbox,
  send: (keys: readonly string[], accepted: (key: string) => void) => Promise<void>,
): Promise<void> {
  const waiting = new Set(keys);
  while (waiting.size > 0) {
    await send([...waiting], (key) => {
      if (waiting.delete(key)) accepted(key);
    });
    await sleep(PAUSE_MS);
  }
}

function topicOf({ serial }: Outbox): string {
  return `test/${serial}`;
}

function curlRequest(key: string, socket: string, { serial }: Outbox): string {
  return [
    `url = "http://gmq/onep:v1/stack/alias"`,
    `unix-socket = "${socket}"`,
    `header = "X-Exosite-VMS: product product ${serial}"`,
    `data = "value=${fullValue(key)}"`,
    `output = "/dev/null"`,
    `write-out = "%{http_code} ${key}\\n"`,
    "",
  ].join("\n");
}
