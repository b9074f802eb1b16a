import { once } from "node:events";
import { connect as connectTcp } from "node:net";
import { silentLogger } from "@gateway-engine/core/logger";
import { systemClock } from "@gateway-engine/platform/clock";
import { listenTcp } from "@gateway-engine/platform/tcp-server";
import mqtt from "mqtt";
import { describe, expect, test } from "vitest";
import { MqttBroker } from "../../../src/intake/mqtt/broker.ts";
import { DEFAULT_MQTT_CFG } from "../../../src/intake/mqtt/mqtt-cfg.ts";
import { OwnDevice } from "../../../src/intake/own-device.ts";
import type { QueueDevice, Submission } from "../../../src/spool/message.ts";
import { connectMqtt, cutOff, nextMessage } from "../../process/mqtt-client.ts";

const IDENTITY = { vendor: "v", model: "m", serial: "s" };
const DEVICE: QueueDevice = { id: 1, identity: IDENTITY, isGateway: false, cik: "", cikRefused: false };

/** A broker on a port, in front of a queue that the test plays. */
async function startBroker(accept: (submission: Submission) => Promise<void>) {
  const spool = {
    deviceOf: () => DEVICE,
    deviceOfCik: () => DEVICE,
    findByCik: () => undefined,
    gatewayItself: () => DEVICE,
  };
  const credentials = {
    known: async () => undefined,
    obtain: async () => "0123456789012345678901234567890123456789",
    gatewayWithCik: async () => undefined,
    offer: async () => {},
    gatewayIdentity: async () => IDENTITY,
  };
  const broker = await MqttBroker.open({
    spool,
    credentials,
    own: new OwnDevice({ spool, credentials, clock: systemClock, log: silentLogger }),
    accept: (_device, submission) => accept(submission),
    cfg: () => DEFAULT_MQTT_CFG,
    clock: systemClock,
    log: silentLogger,
  });
  const option = "listen";
  const server = await listenTcp({
    host: "127.0.0.1",
    port: 0,
    option,
    maxConnections: 50,
    serve: (connection) => broker.serve(connection),
  });
  return {
    port: server.port,
    url: `mqtt://127.0.0.1:${server.port}`,
    async [Symbol.asyncDispose]() {
      await broker.close();
      await server.stop();
    },
  };
}

/** Promises that the test settles one by one, in the order in which they were asked for. */
class Commits {
  readonly bodies: string[] = [];
  readonly #waiting: { resolve: () => void; reject: (error: Error) => void }[] = [];
  #arrived: () => void = () => {};

  readonly accept = (submission: Submission): Promise<void> => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.bodies.push(submission.body);
    this.#waiting.push({ resolve, reject });
    this.#arrived();
    return promise;
  };

  async until(count: number): Promise<void> {
    while (this.bodies.length < count) await new Promise<void>((resolve) => (this.#arrived = resolve));
  }

  done(index: number): void {
    this.#waiting[index]?.resolve();
  }

  fail(index: number): void {
    this.#waiting[index]?.reject(new Error("the disk is full"));
  }
}

describe("the broker", () => {
  test.each([1, 2] as const)(
    "acknowledges QoS %i when the commit is done, and in the order of the messages",
    async (qos) => {
      const commits = new Commits();
      await using broker = await startBroker(commits.accept);
      await using client = await connectMqtt(broker.url);
      await using other = await connectMqtt(broker.url);
      const acknowledged: string[] = [];
      const publish = (topic: string) => client.publishAsync(topic, "1", { qos }).then(() => acknowledged.push(topic));
      const all = [publish("a"), publish("b"), publish("local/c")];
      await commits.until(2);
      expect(commits.bodies).toEqual(["a=1", "b=1"]);
      commits.done(1);
      // A round trip to the broker: what could have been acknowledged has been.
      await other.subscribeAsync("x");
      expect(acknowledged).toEqual([]);
      commits.done(0);
      await Promise.all(all);
      expect(acknowledged).toEqual(["a", "b", "local/c"]);
    },
  );

  test("does not acknowledge what the queue cannot store, and takes it when the client sends it again", async () => {
    const commits = new Commits();
    await using broker = await startBroker(commits.accept);
    await using client = await connectMqtt(broker.url, { reconnectPeriod: 1 });
    const published = client.publishAsync("a", "1", { qos: 1 });
    const closed = cutOff(client);
    await commits.until(1);
    commits.fail(0);
    await closed;
    await commits.until(2);
    commits.done(1);
    await published;
    expect(commits.bodies).toEqual(["a=1", "a=1"]);
  });

  test("keeps the client when a message of QoS 0 cannot be stored", async () => {
    const commits = new Commits();
    await using broker = await startBroker(commits.accept);
    await using client = await connectMqtt(broker.url, { reconnectPeriod: 0 });
    await client.publishAsync("a", "1");
    await commits.until(1);
    commits.fail(0);
    await client.subscribeAsync("x");
    expect(client.connected).toBe(true);
  });

  test("stops reading a client whose messages wait for the disk", async () => {
    const commits = new Commits();
    await using broker = await startBroker(commits.accept);
    await using client = await connectMqtt(broker.url);
    const payload = Buffer.alloc(20_000);
    for (let sent = 0; sent < 1000; sent += 1) client.publish("a", payload);
    await commits.until(1);
    await using other = await connectMqtt(broker.url);
    await other.subscribeAsync("x");
    expect(commits.bodies.length).toBeLessThan(20);
    await client.endAsync(true);
  });

  test("cuts off a client that announces a packet which is too long, before it has come", async () => {
    await using broker = await startBroker(async () => {});
    const socket = connectTcp(broker.port, "127.0.0.1");
    const connect = [0x10, 13, 0, 4, ...Buffer.from("MQTT"), 4, 2, 0, 60, 0, 1, 0x61];
    socket.write(Uint8Array.from(connect));
    await once(socket, "data");
    socket.write(Uint8Array.of(0x30, 0xff, 0xff, 0xff, 0x7f));
    await once(socket, "close");
  });

  test("gives a client so many subscriptions and no more", async () => {
    await using broker = await startBroker(async () => {});
    await using client = await connectMqtt(broker.url);
    const topics = Array.from({ length: 100 }, (_none, index) => `t/${index}`);
    await client.subscribeAsync(topics);
    await expect(client.subscribeAsync("t/100")).rejects.toThrow();
    await client.unsubscribeAsync("t/0");
    await expect(client.subscribeAsync("t/100")).resolves.toHaveLength(1);
  });

  test("passes messages on among local clients: retained ones, wills, and those a client has missed", async () => {
    await using broker = await startBroker(async () => {});
    const away = { clientId: "away", clean: false } as const;
    await using first = await connectMqtt(broker.url, away);
    await first.subscribeAsync("local/#", { qos: 1 });
    await first.endAsync();

    await using sender = await connectMqtt(broker.url);
    await sender.publishAsync("local/kept", "retained", { qos: 1, retain: true });
    await sender.publishAsync("local/missed", "missed", { qos: 1 });
    const will = { topic: "local/will", payload: Buffer.from("gone"), qos: 1, retain: false } as const;
    const dying = await connectMqtt(broker.url, { will, reconnectPeriod: 0 });
    dying.stream.destroy();

    const heard: string[] = [];
    const again = mqtt.connect(broker.url, away);
    const all = new Promise<void>((resolve) => {
      again.on("message", (topic, payload) => {
        heard.push(`${topic} ${payload}`);
        if (heard.length === 3) resolve();
      });
    });
    await all;
    expect(heard).toEqual(["local/kept retained", "local/missed missed", "local/will gone"]);
    await again.endAsync();

    await using late = await connectMqtt(broker.url);
    const message = nextMessage(late);
    await late.subscribeAsync("local/+");
    const { topic, payload, retain } = await message;
    expect([topic, String(payload), retain]).toEqual(["local/kept", "retained", true]);
  });

  test("a client of the same name takes the place of the one before", async () => {
    await using broker = await startBroker(async () => {});
    await using first = await connectMqtt(broker.url, { clientId: "one", reconnectPeriod: 0 });
    const closed = cutOff(first);
    await using second = await connectMqtt(broker.url, { clientId: "one" });
    await closed;
    expect(second.connected).toBe(true);
  });

  test("a client that sends nothing for one and a half of its keep-alive is cut off, and its will is queued", async () => {
    const commits = new Commits();
    await using broker = await startBroker(commits.accept);
    const socket = connectTcp(broker.port, "127.0.0.1");
    const will = [0, 4, ...Buffer.from("will"), 0, 4, ...Buffer.from("gone")];
    const connect = [0, 4, ...Buffer.from("MQTT"), 4, 0x0e, 0, 1, 0, 1, 0x61, ...will];
    socket.write(Uint8Array.from([0x10, connect.length, ...connect]));
    await once(socket.resume(), "close");
    await commits.until(1);
    expect(commits.bodies).toEqual(["will=gone"]);
    commits.done(0);
  });
});
