import { systemClock } from "@gateway-engine/platform/clock";
import { dialStream } from "@gateway-engine/platform/stream-dialer";
import { type ScriptedMqttServer, startScriptedMqttServer } from "@gateway-engine/testkit/mqtt/scripted-mqtt-server";
import { expect, test } from "vitest";
import { makeBatch } from "../../../src/forwarder/batch.ts";
import type { Delivery, Sent } from "../../../src/forwarder/sender.ts";
import { NOTHING_TAKEN } from "../../../src/forwarder/taken.ts";
import { MqttLine } from "../../../src/line/mqtt/mqtt-line.ts";
import type { Lane } from "../../../src/spool/lane.ts";
import { SteppedClock } from "../stepped-clock.ts";

const CIK = "c".repeat(40);
const DEVICE = { id: 1, identity: undefined, cik: CIK, cikRefused: false, isGateway: false };
/** Microseconds since 1970; never too old to be sent without its time. */
const IN_2100 = Date.UTC(2100) * 1000;
const [HIGH, NORMAL] = [4, 5] as const;

test("the lanes of a device share a session, and another when the line has dropped", async () => {
  await using stage = await Stage.open();
  const sent = await Promise.all([stage.send(HIGH), stage.send(NORMAL)]);
  expect(sent.map(({ outcome }) => outcome.kind)).toEqual(["accepted", "accepted"]);
  expect(stage.server.logins).toBe(1);
  stage.server.drop();
  while ((await stage.send(HIGH)).outcome.kind !== "accepted");
  expect(await stage.send(NORMAL)).toMatchObject({ outcome: { kind: "accepted" } });
  expect(stage.server.logins).toBe(2);
});

test("a session is idle only when nothing is under way over it", async () => {
  const clock = new SteppedClock();
  await using stage = await Stage.open({ clock });
  stage.server.setFates("withhold");
  const waits = stage.send(NORMAL);
  await stage.server.storedCount(1);
  await clock.advance(120_000);
  stage.server.setFates("store");
  expect(await stage.send(HIGH)).toMatchObject({ outcome: { kind: "accepted" } });
  expect(stage.server.logins).toBe(1);
  stage.server.drop();
  expect(await waits).toMatchObject({ outcome: { kind: "unavailable" } });
});

test("an address that cannot be used refuses no message", async () => {
  await using stage = await Stage.open({ address: "mqtts://example.com/no/path" });
  expect(await stage.send(NORMAL)).toMatchObject({ outcome: { kind: "unavailable" } });
});

test("what no server would take is refused", async () => {
  await using stage = await Stage.open();
  expect(await stage.send(NORMAL, "a".repeat(70_000))).toMatchObject({ outcome: { kind: "rejected" } });
});

test("a server that is there does not tell the time, and one that is not is a failure", async () => {
  await using stage = await Stage.open();
  expect(await stage.time()).toBeUndefined();
  await stage.server.stop();
  await expect(stage.time()).rejects.toMatchObject({ code: "E_UNREACHABLE" });
});

/** A line to a server on a real port. */
class Stage implements AsyncDisposable {
  readonly server: ScriptedMqttServer;
  readonly #line: MqttLine;
  readonly #stopped = new AbortController();

  static async open({ clock = systemClock, address = "" } = {}): Promise<Stage> {
    const server = await startScriptedMqttServer({ tokens: { one: CIK } });
    const addressOf = () => Promise.resolve(address === "" ? server.url : address);
    const loadTls = () => Promise.resolve(undefined);
    return new Stage(server, new MqttLine({ addressOf, loadTls, dial: dialStream, timeoutMs: 300_000, clock }));
  }

  private constructor(server: ScriptedMqttServer, line: MqttLine) {
    this.server = server;
    this.#line = line;
  }

  send(lane: Lane, alias = "a"): Promise<Sent> {
    return this.#line.send(deliveryOf(lane, alias), this.#stopped.signal);
  }

  time(): Promise<number | undefined> {
    return this.#line.time(DEVICE, this.#stopped.signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped.abort();
    this.#line.close();
    await this.server.stop();
  }
}

function deliveryOf(lane: Lane, alias: string): Delivery {
  // A value that is no text goes by itself, so that its alias is a topic.
  const body = `${alias}=%FF`;
  const batch = makeBatch(lane, [{ kind: "write", alias: "", body, seq: 1, points: 1, at: IN_2100 }]);
  if (batch === undefined) throw new Error("a batch has a message");
  return { device: DEVICE, batch, cik: CIK, taken: NOTHING_TAKEN };
}
