import { setImmediate as turn } from "node:timers/promises";
import type { Clock } from "@gateway-engine/core/clock";
import { silentLogger } from "@gateway-engine/core/logger";
import { systemRandom } from "@gateway-engine/platform/random";
import { expect, test } from "vitest";
import { Credentials } from "../../src/identity/credentials.ts";
import type { Spool } from "../../src/spool/spool.ts";
import { openLocalSpool } from "./local-spool.ts";

const CIK = "c".repeat(40);
const NEWER = "d".repeat(40);
const NOBODY = { vendor: "", model: "", uuid: "", cik: "", serialPending: false };
const IDENTITY = { vendor: "v", model: "m", serial: "s" };

test("a CIK of which nothing else is known is tried again after a pause, and then counts until it is refused again", async () => {
  await using stage = await Stage.open();
  const { spool, credentials, clock } = stage;
  const { id } = spool.deviceOfCik(CIK);
  for (let time = 0; time < 2; time += 1) {
    expect(await credentials.obtain(id, undefined)).toBe(CIK);
    const again = credentials.obtain(id, CIK);
    await clock.fireNext();
    expect(await again).toBe(CIK);
  }
  expect(await credentials.obtain(id, undefined)).toBe(CIK);
  expect(spool.device(id)?.cikRefused).toBe(false);
});

test("the CIK that a client offered last is tried when the one in use is refused, before the device is activated again", async () => {
  await using stage = await Stage.open();
  const { spool, credentials } = stage;
  const { id } = spool.deviceOf(IDENTITY);
  await credentials.offer(id, CIK);
  await credentials.offer(id, NEWER);
  expect(await credentials.obtain(id, undefined)).toBe(CIK);
  expect(await credentials.obtain(id, CIK)).toBe(NEWER);
  expect(stage.activations).toBe(0);
  stage.activate = () => Promise.resolve("e".repeat(40));
  expect(await credentials.obtain(id, NEWER)).toBe("e".repeat(40));
  expect(stage.activations).toBe(1);
});

test("a CIK that is offered while the device is being activated is used when that fails, without a pause", async () => {
  await using stage = await Stage.open();
  const { spool, credentials } = stage;
  const { id } = spool.deviceOf(IDENTITY);
  let refuse = () => {};
  stage.activate = () => new Promise((_resolve, reject) => (refuse = () => reject(new Error("already activated"))));
  const found = credentials.obtain(id, undefined);
  while (stage.activations === 0) await turn();
  await credentials.offer(id, CIK);
  refuse();
  expect(await found).toBe(CIK);
});

/** A queue in memory, and a server that answers as the test says. */
class Stage implements AsyncDisposable {
  readonly clock = new HandClock();
  readonly spool: Spool;
  readonly credentials: Credentials;
  activations = 0;
  activate: () => Promise<string> = () => Promise.reject(new Error("such a device cannot be activated"));

  static async open(): Promise<Stage> {
    return new Stage((await openLocalSpool()).spool);
  }

  private constructor(spool: Spool) {
    this.spool = spool;
    this.credentials = new Credentials({
      spool,
      gateway: { read: () => Promise.resolve(NOBODY), requestActivation: () => Promise.resolve() },
      activate: () => {
        this.activations += 1;
        return this.activate();
      },
      clock: this.clock,
      random: systemRandom,
      log: silentLogger,
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.credentials.stop();
    await this.spool.close();
  }
}

/** A clock whose timers fire when the test says so. */
class HandClock implements Clock {
  readonly #timers = new Set<() => void>();

  now(): number {
    return 0;
  }

  monotonic(): number {
    return 0;
  }

  sleep(): Promise<void> {
    return Promise.reject(new Error("nobody sleeps here"));
  }

  after(_ms: number, fire: () => void): { cancel(): void } {
    this.#timers.add(fire);
    return { cancel: () => this.#timers.delete(fire) };
  }

  /** Waits for the next timer to be set, and fires it. */
  async fireNext(): Promise<void> {
    while (this.#timers.size === 0) await turn();
    for (const fire of this.#timers) fire();
  }
}
