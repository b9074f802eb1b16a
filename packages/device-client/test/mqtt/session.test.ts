import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { systemClock } from "@gateway-engine/platform/clock";
import { dialStream } from "@gateway-engine/platform/stream-dialer";
import { startScriptedMqttServer } from "@gateway-engine/testkit/mqtt/scripted-mqtt-server";
import { describe, expect, test, vi } from "vitest";
import { provisionOverMqtt } from "../../src/mqtt/provision.ts";
import { type CloudWrite, type MqttSessionOptions, openMqttSession } from "../../src/mqtt/session.ts";

const TOKEN = "97eWgtm9Et5VxwuJT8NiOK7w27Ly2GS092oSxgpW";
const deps = { clock: systemClock, dial: dialStream };
const call = { signal: new AbortController().signal };

function startServer() {
  return startScriptedMqttServer({ identities: ["new"], tokens: { known: TOKEN } });
}

function open(server: string, options: Partial<MqttSessionOptions> = {}) {
  return openMqttSession(deps, { server, login: { token: TOKEN }, timeoutMs: 5_000, ...options }, call);
}

describe("provisioning", () => {
  test("trades an identity for a token, which then logs in", async () => {
    await using server = await startServer();
    const token = await provisionOverMqtt(deps, { server: server.url, identity: "new", timeoutMs: 5_000 }, call);
    expect(token).toMatch(/^[0-9a-f]{40}$/);
    const session = await open(server.url, { login: { token } });
    await session.publish("temperature", "21.5", call);
    await session.close();
    expect(server.stored).toMatchObject([{ identity: "new", alias: "temperature" }]);
  });

  test.each(["stranger", "known"])("is refused for %s", async (identity) => {
    await using server = await startServer();
    await expect(
      provisionOverMqtt(deps, { server: server.url, identity, timeoutMs: 5_000 }, call),
    ).rejects.toMatchObject({ code: "E_ACTIVATION_REFUSED", details: { identity } });
  });
});

describe("a session", () => {
  test("writes values of any bytes, in order", async () => {
    await using server = await startServer();
    const session = await open(server.url);
    const values = [
      Buffer.from("21.5"),
      Buffer.alloc(0),
      Buffer.from([0, 255, 38, 61, 10]),
      Buffer.alloc(1_048_576, 7),
    ];
    for (const value of values) await session.publish("a", value, call);
    expect(server.stored.map(({ value }) => value.equals(values.shift() ?? Buffer.from("?")))).toEqual([
      true,
      true,
      true,
      true,
    ]);
    await session.close();
    expect(await session.closed).toEqual({ error: undefined });
    expect(session.state).toBe("closed");
  });

  test("keeps nothing of a message that was acknowledged", async () => {
    setFlagsFromString("--expose-gc");
    const collectGarbage = runInNewContext("gc") as () => void;
    await using server = await startServer();
    const session = await open(server.url);
    const publish = async () => {
      const value = Buffer.alloc(100_000);
      await session.publish("a", value, call);
      return new WeakRef(value);
    };
    const published = await publish();
    await publish();
    await vi.waitFor(() => {
      collectGarbage();
      expect(published.deref()).toBeUndefined();
    }, 10_000);
    await session.close();
  });

  test("keeps the order of publishes that do not wait for each other", async () => {
    await using server = await startServer();
    const session = await open(server.url);
    const numbers = Array.from({ length: 500 }, (_none, index) => String(index));
    await Promise.all(numbers.map((value) => session.publish("count", value, call)));
    expect(server.stored.map(({ value }) => value.toString())).toEqual(numbers);
    await session.close();
  });

  test.each(["microseconds", "seconds"] as const)("sends a batch with times in %s", async (batchUnit) => {
    await using server = await startServer();
    const session = await open(server.url, { batchUnit });
    const points = [
      { alias: "a", value: "1", atMicros: 1_538_080_072_997_123 },
      { alias: "b", value: '{"x": "ä"}', atMicros: 1_538_080_072_997_123 },
      { alias: "a", value: "2", atMicros: 1_538_080_073_000_000 },
    ];
    await session.publishBatch(points, call);
    expect(server.stored).toEqual(
      points.map((point) => ({ ...point, identity: "known", value: Buffer.from(point.value) })),
    );
    await session.close();
  });

  test("hears what the cloud side writes, also what it wrote before", async () => {
    await using server = await startServer();
    server.write("known", "config", "early", 1_538_080_072_997_000);
    const writes: CloudWrite[] = [];
    const heard = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const onWrite = (write: CloudWrite) => heard[writes.push(write) - 1]?.resolve();
    const session = await open(server.url, { onWrite });
    await heard[0]?.promise;
    server.write("known", "config", "late", 1_538_080_073_997_000);
    await heard[1]?.promise;
    expect(writes).toEqual([
      { alias: "config", value: Buffer.from("early"), atMicros: 1_538_080_072_997_000 },
      { alias: "config", value: Buffer.from("late"), atMicros: 1_538_080_073_997_000 },
    ]);
    await session.close();
  });
});

describe("a session that fails", () => {
  test.each([
    [4, "E_NOT_ACTIVATED"],
    [5, "E_NOT_ACTIVATED"],
    [3, "E_SERVER"],
  ] as const)("says why the login was refused with return code %i", async (returnCode, code) => {
    await using server = await startServer();
    server.refuseLogins(returnCode);
    await expect(open(server.url)).rejects.toMatchObject({ code });
  });

  test("has no session with a token that the server does not know", async () => {
    await using server = await startServer();
    await expect(open(server.url, { login: { token: "0".repeat(40) } })).rejects.toMatchObject({
      code: "E_NOT_ACTIVATED",
    });
  });

  test("cannot reach a port where nobody listens", async () => {
    await expect(open("mqtt://127.0.0.1:1")).rejects.toMatchObject({
      code: "E_UNREACHABLE",
      message: "cannot reach 127.0.0.1:1: connection refused",
    });
  });

  test.each([
    ["drop-before", []],
    ["drop-after", ["1"]],
  ] as const)("fails what was not acknowledged when the fate is %s", async (fate, stored) => {
    await using server = await startServer();
    server.setFates(fate);
    const session = await open(server.url);
    await expect(session.publish("a", "1", call)).rejects.toMatchObject({ code: "E_UNREACHABLE" });
    expect(await session.closed).toMatchObject({ error: { code: "E_UNREACHABLE" } });
    await expect(session.publish("a", "2", call)).rejects.toMatchObject({ code: "E_UNREACHABLE" });
    expect(server.stored.map(({ value }) => value.toString())).toEqual(stored);
  });

  test("gives a connection up on which an acknowledgement does not come", async () => {
    await using server = await startServer();
    server.setFates("withhold");
    const session = await open(server.url, { timeoutMs: 1000 });
    await expect(session.publish("a", "1", call)).rejects.toMatchObject({ code: "E_TIMEOUT" });
    expect(await session.closed).toMatchObject({ error: { code: "E_TIMEOUT" } });
  });

  test("takes no message that would fill the memory", async () => {
    await using server = await startServer();
    const session = await open(server.url);
    server.write("known", "config", "x".repeat(20_000_000));
    expect(await session.closed).toMatchObject({ error: { code: "E_RESPONSE_INVALID" } });
  });

  test("lets go of a call at once when it is cancelled, and goes on", async () => {
    await using server = await startServer();
    server.setFates("withhold", "store");
    const session = await open(server.url);
    const controller = new AbortController();
    const cancelled = session.publish("a", "1", { signal: controller.signal });
    await server.storedCount(1);
    controller.abort();
    await expect(cancelled).rejects.toMatchObject({ code: "E_CANCELLED" });
    expect(session.state).toBe("open");
    await session.close();
  });

  test.each(["", "a/b", "a#", "+"])("does not send what no server takes: alias %j", async (alias) => {
    await using server = await startServer();
    const session = await open(server.url);
    await expect(session.publish(alias, "1", call)).rejects.toMatchObject({ code: "E_USAGE" });
    await expect(session.publish("a", Buffer.alloc(1_048_577), call)).rejects.toMatchObject({ code: "E_TOO_LARGE" });
    expect(session.state).toBe("open");
    await session.close();
  });

  test.each([
    ["", "E_USAGE"],
    ["a/+", "E_USAGE"],
    ["é".repeat(32_768), "E_TOO_LARGE"],
  ])("does not send to what is no topic, and goes on", async (topic, code) => {
    await using server = await startServer();
    const session = await open(server.url);
    await expect(session.publishTo(topic, "1", call)).rejects.toMatchObject({ code });
    await session.publish("a", "2", call);
    expect(server.stored).toMatchObject([{ alias: "a" }]);
    await session.close();
  });
});
